"""What breaks the rules of gift vouchers; see `damage.py`."""

from __future__ import annotations

_VOUCHER = """
    INSERT INTO vouchers_giftvoucher (id, reference, organizer_id, provider, currency, face_minor, origin,
                                      digest, ending, state, recipient_name, recipient_email, language,
                                      note, issued_by, issued_at, expires_at)
    VALUES (88, 'GIFT', {organizer}, 'stripe', 'EUR', 2000, 'issued', 'x', 'WXYZ', 'live', '', '', 'en',
            '', 'user:1', now(), now() + interval '3 years')
"""
_HELD = """
    INSERT INTO vouchers_voucherhold (voucher_id, claim, amount_minor, held_until)
    VALUES (88, gen_random_uuid(), 500, inventory_now() + interval '5 minutes')
"""
_SPENT = """
    INSERT INTO vouchers_voucherhold (voucher_id, claim, amount_minor, held_until)
    VALUES (88, gen_random_uuid(), 500, 'infinity')
"""
_PAID_WITH = "UPDATE orders_order SET voucher_id = 88, voucher_minor = 500 WHERE id = {paid_id}"
_BACK = "UPDATE orders_orderrefund SET voucher_id = 88, voucher_minor = 100 WHERE id = {decided}"

VOUCHERS: dict[str, tuple[str, list[str]]] = {
    "what is left on a gift voucher is what was put on it, less what it paid, and what went back": (
        _VOUCHER,
        ["voucher GIFT (live): 0 in the books, not 2000"],
    ),
    "what orders hold of a gift voucher is on it": (
        ";".join((_VOUCHER, _HELD)),
        ["voucher GIFT: 500 held of 0"],
    ),
    "a paid order has spent what it says of its gift voucher, and no other order has": (
        ";".join((_VOUCHER, _PAID_WITH)),
        ["order {paid} (paid): 0 of 500 spent"],
    ),
    "what is spent of a gift voucher was spent by an order": (
        ";".join((_VOUCHER, _SPENT)),
        ["500 of voucher GIFT"],
    ),
    "what goes back onto a gift voucher was paid with one, and is in the books to the cent": (
        ";".join((_VOUCHER, _BACK)),
        ["refund {decided} of order {given_back}: 0 booked of 100"],
    ),
}
