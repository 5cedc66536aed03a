"""
Which of our rows the lines of the statements are about. Set-based, a portion of ids at a time; a line
without a row is tried again each time, since its row may come later (or be adopted).
"""

from __future__ import annotations

from django.db import connection, transaction

PORTION_IDS = 20_000

_OPEN_ENDS = """
    SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM reconciliation_balanceline
    WHERE (payment_id IS NULL AND payout_id IS NULL AND transfer_id IS NULL)
       OR (kind IN ('refund', 'refund_back') AND refund_id IS NULL)
"""

# By the provider's ids first: they cannot be wrong. Then by our reference, as it repeats it.
_STEPS = (
    """
    UPDATE reconciliation_balanceline l SET payment_id = p.id FROM payments_payment p
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.payment_id IS NULL AND l.ids <> '{}'
      AND l.kind IN ('payment', 'refund', 'refund_back', 'dispute')
      AND p.ids @> l.ids AND p.provider = l.provider
    """,
    """
    UPDATE reconciliation_balanceline l SET payment_id = p.id FROM payments_payment p
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.payment_id IS NULL AND l.kind = 'payment'
      AND l.reference <> '' AND p.reference = l.reference AND p.provider = l.provider
    """,
    """
    UPDATE reconciliation_balanceline l SET refund_id = r.id FROM payments_refund r
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.refund_id IS NULL
      AND l.kind IN ('refund', 'refund_back')
      AND r.payment_id = l.payment_id AND r.provider_id = l.source
    """,
    """
    UPDATE reconciliation_balanceline l SET payout_id = p.id FROM payouts_payout p
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.payout_id IS NULL
      AND l.kind IN ('payout', 'payout_back') AND p.provider = l.provider
      AND (p.reference = l.reference OR (l.ids <> '{}' AND p.ids @> l.ids))
    """,
    # Booked by hand within some days of it, the nearest first, one for one.
    """
    WITH pair AS (
        SELECT l.id AS line, t.id AS transfer,
               row_number() OVER (PARTITION BY l.id ORDER BY abs(t.moved_on - l.at::date), t.id) AS of_line,
               row_number() OVER (PARTITION BY t.id ORDER BY abs(t.moved_on - l.at::date), l.id) AS of_transfer
        FROM reconciliation_balanceline l
        JOIN reconciliation_banktransfer t
            ON t.provider = l.provider AND t.currency = l.currency AND t.amount_minor = -l.net_minor
            AND abs(t.moved_on - l.at::date) <= 7
        WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.kind = 'bank' AND l.transfer_id IS NULL
          AND NOT EXISTS (SELECT FROM reconciliation_balanceline o WHERE o.transfer_id = t.id)
    )
    UPDATE reconciliation_balanceline l SET transfer_id = pair.transfer
    FROM pair WHERE pair.line = l.id AND pair.of_line = 1 AND pair.of_transfer = 1
    """,
)


def link_lines() -> int:
    """How many lines found their row."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ENDS)
        first, last = cursor.fetchone()
    return sum(_link(after, after + PORTION_IDS) for after in range(first - 1, last, PORTION_IDS))


def _link(after: int, up_to: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        found = 0
        for step in _STEPS:
            cursor.execute(step, {"after": after, "up_to": up_to})
            found += cursor.rowcount
    return found
