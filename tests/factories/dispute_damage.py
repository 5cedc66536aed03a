"""What breaks the rules about disputes; see `damage.py`."""

from __future__ import annotations

DISPUTES: dict[str, tuple[str, list[str]]] = {
    "what providers withhold for disputes is ours: it does not turn into a debt": (
        """
        WITH held AS (
            INSERT INTO ledger_ledgeraccount (code, currency) VALUES ('disputed:stripe', 'EUR') RETURNING id
        )
        INSERT INTO ledger_entry (posting_id, account_id, amount_minor) SELECT 0, id, -5 FROM held
        """,
        ["account disputed:stripe EUR: -5"],
    ),
    "the books say of a dispute what its row says: withheld, kept, lost, and its fee": (
        """
        INSERT INTO payments_dispute (payment_id, provider, provider_id, state, amount_minor, reason,
            is_refundable, opened_at, withdrawn_minor, reinstated_minor, fee_minor, reserved_minor,
            owed_minor, lost_minor, booked, polls)
        VALUES ({payment_id}, 'stripe', 'du_1', 'open', 7600, '', false, now(), 7600, 0, 0, 7600,
            0, 0, 0, 0)
        """,
        ["dispute du_1 (open): withheld 0, kept 0, fee 0"],
    ),
}
