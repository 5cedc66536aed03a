from __future__ import annotations

from apps.core.invariants import Check

# What must have been booked of a payout in each state. What its provider kept is beside it, and so is what
# an operator corrected: the reconciliation's own checks look at that.
BOOKED = {
    "proposed": [],
    "endorsed": [],
    "approved": ["approved"],
    "sending": ["approved"],
    "in_transit": ["approved"],
    "held": ["approved", "sent"],
    "unclaimed": ["approved", "sent"],
    "paid": ["approved", "sent"],
    "returned": ["approved", "returned", "sent"],
    "failed": ["approved", "failed"],
}

CHECKS = (
    Check(
        4,
        "the books say of a payout what its state says",
        """
        WITH expected AS (
            SELECT * FROM unnest(%(states)s::text[], %(booked)s::text[]) AS e(state, booked)
        )
        SELECT format('payout %%s is %%s, booked: %%s', p.reference, p.state, found.booked)
        FROM payouts_payout p
        LEFT JOIN expected ON expected.state = p.state
        CROSS JOIN LATERAL (
            SELECT coalesce(string_agg(substr(posting.kind, 8), ' ' ORDER BY posting.kind), '')
                AS booked
            FROM ledger_posting posting
            WHERE posting.subject = 'payouts.payout:' || p.id
              AND posting.kind NOT IN ('payout_fee', 'correction')
        ) found
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND CASE p.state WHEN 'cancelled' THEN found.booked NOT IN ('', 'approved failed')
              ELSE found.booked IS DISTINCT FROM expected.booked END
        ORDER BY p.id
        """,
        over="payouts_payout",
        values={"states": list(BOOKED), "booked": [" ".join(kinds) for kinds in BOOKED.values()]},
    ),
    Check(
        4,
        "a posting of a payout is of its amount",
        """
        SELECT format('payout %%s: %%s of %%s', p.reference, posting.key, max(e.amount_minor))
        FROM payouts_payout p
        JOIN ledger_posting posting
            ON posting.subject = 'payouts.payout:' || p.id
            AND posting.kind NOT IN ('payout_fee', 'correction')
        JOIN ledger_entry e ON e.posting_id = posting.id
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
        GROUP BY p.id, p.reference, posting.key
        HAVING max(e.amount_minor) <> p.amount_minor
        ORDER BY p.id, posting.key
        """,
        over="payouts_payout",
    ),
    Check(
        4,
        "a payout is no more than was owed when it was proposed",
        """
        SELECT format('payout %%s: %%s of %%s owed', p.reference, p.amount_minor, owed.minor)
        FROM payouts_payout p
        LEFT JOIN ledger_ledgeraccount a
            ON a.code = format('org:%%s:available:%%s', p.organizer_id, p.provider)
            AND a.currency = p.currency
        LEFT JOIN LATERAL (
            SELECT entry_id, balance_minor FROM ledger_checkpoint
            WHERE account_id = a.id AND entry_id <= p.up_to_entry ORDER BY entry_id DESC LIMIT 1
        ) c ON true
        CROSS JOIN LATERAL (
            SELECT -(coalesce(c.balance_minor, 0) + coalesce(sum(amount_minor), 0)) AS minor
            FROM ledger_entry
            WHERE account_id = a.id AND id > coalesce(c.entry_id, 0) AND id <= p.up_to_entry
        ) owed
        WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.amount_minor > owed.minor
        ORDER BY p.id
        """,
        over="payouts_payout",
    ),
    Check(
        4,
        "nothing is paid out twice: living payouts account for different entries",
        """
        SELECT format('payouts %%s and %%s', p.reference, other.reference)
        FROM payouts_payout p
        JOIN payouts_payout other
            ON other.organizer_id = p.organizer_id AND other.provider = p.provider
            AND other.currency = p.currency AND other.id > p.id
            AND other.after_entry < p.up_to_entry AND p.after_entry < other.up_to_entry
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND p.state NOT IN ('failed', 'returned', 'cancelled')
          AND other.state NOT IN ('failed', 'returned', 'cancelled')
        ORDER BY p.id
        """,
        over="payouts_payout",
    ),
    Check(
        4,
        "a debt that was netted is in the books, to the cent",
        """
        SELECT format('netting %%s: %%s booked of %%s', n.id, coalesce(sum(e.amount_minor), 0), n.amount_minor)
        FROM payouts_netting n
        LEFT JOIN ledger_posting posting
            ON posting.subject = 'payouts.netting:' || n.id AND posting.kind = 'debt_netted'
        LEFT JOIN ledger_entry e ON e.posting_id = posting.id AND e.amount_minor > 0
        WHERE n.id > %(after)s AND n.id <= %(up_to)s
        GROUP BY n.id, n.amount_minor HAVING coalesce(sum(e.amount_minor), 0) <> n.amount_minor
        ORDER BY n.id
        """,
        over="payouts_netting",
    ),
    Check(
        4,
        "two different persons paid what takes two",
        """
        SELECT format('payout %%s: %%s, %%s, %%s', reference, proposed_by, endorsed_by, approved_by)
        FROM payouts_payout
        WHERE id > %(after)s AND id <= %(up_to)s AND two_persons
          AND state NOT IN ('proposed', 'endorsed', 'cancelled')
          AND (approved_by NOT LIKE 'user:%%' OR approved_by IN (endorsed_by, proposed_by)
               OR (endorsed_by NOT LIKE 'user:%%' AND proposed_by NOT LIKE 'user:%%'))
        ORDER BY id
        """,
        over="payouts_payout",
    ),
    Check(
        7,
        "no payout on its way is forgotten",
        """
        SELECT format('payout %%s is %%s', reference, state)
        FROM payouts_payout
        WHERE id > %(after)s AND id <= %(up_to)s
          AND state IN ('sending', 'in_transit', 'held', 'unclaimed')
          AND next_poll_at IS NULL AND NOT outcome_unknown
        ORDER BY id
        """,
        over="payouts_payout",
    ),
)
