"""What breaks the rules of discount codes; see `damage.py`."""

from __future__ import annotations

_CODE = """
    INSERT INTO vouchers_code (organizer_id, text, kind, percent, amount_minor, currency, least_minor,
                               budget, note, state, created_at)
    VALUES ({organizer}, 'TEN', 'percent', 10, 0, 'EUR', 0, 1, '', 'live', now())
"""

_USED = """
    UPDATE orders_order SET code_id = (SELECT max(id) FROM vouchers_code) WHERE id = {paid_id}
"""
_SPENT = """
    INSERT INTO vouchers_codeuse (id, code_id, number, claim, claimed_until, buyer, email)
    SELECT 77, id, 1, gen_random_uuid(), 'infinity', '', '' FROM vouchers_code
"""

CODES: dict[str, tuple[str, list[str]]] = {
    "a code has as many uses as its budget, and without one as many as used it": (
        _CODE,
        ["code TEN: 0 of 1 uses"],
    ),
    "a paid order with a code has spent a use of it, and no other order has": (
        ";".join((_CODE, _USED)),
        ["order {paid} (paid)"],
    ),
    "a use of a code that is spent was spent by an order": (
        ";".join((_CODE, _SPENT)),
        ["use 77 of code TEN"],
    ),
}
