"""Refunds that only one side knows, or that do not move."""

from __future__ import annotations

from apps.reconciliation.detectors.base import Detector

# Made in the provider's dashboard, and nobody told us.
MADE_THERE = Detector(
    """
    SELECT 'reconciliation.balanceline:' || l.id, l.provider, l.currency, -l.gross_minor,
           json_build_object('told', 'made_there', 'line', l.id, 'line_name', l.provider_id,
                             'payment', p.id, 'name', p.reference, 'when', l.at)
    FROM reconciliation_balanceline l
    JOIN payments_payment p ON p.id = l.payment_id
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.kind IN ('refund', 'refund_back')
      AND l.refund_id IS NULL AND l.at < %(young)s
      AND NOT EXISTS (
        SELECT FROM ledger_posting
        WHERE key = 'correction:refund_missing:reconciliation.balanceline:' || l.id
      )
    ORDER BY l.id
    """,
    over="reconciliation_balanceline",
)

# We hold it for done, and the statement of its time does not have it.
NOT_THERE = Detector(
    """
    SELECT 'payments.refund:' || r.id, p.provider, p.currency, r.amount_minor,
           json_build_object('told', 'not_there', 'refund', r.id, 'payment', p.id,
                             'name', p.reference, 'when', done.at)
    FROM payments_refund r
    JOIN payments_payment p ON p.id = r.payment_id
    JOIN LATERAL (
        SELECT max(at) AS at FROM core_statechange
        WHERE subject = 'payments.refund' AND subject_id = r.id AND target = 'succeeded'
    ) done ON true
    JOIN covered c ON c.provider = p.provider AND r.created_at >= c.since AND done.at < c.until
    WHERE r.id > %(after)s AND r.id <= %(up_to)s AND r.state = 'succeeded'
      AND NOT EXISTS (
        SELECT FROM reconciliation_balanceline l
        WHERE l.refund_id = r.id AND l.kind IN ('refund', 'refund_back')
      )
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:refund_missing:payments.refund:' || r.id
      )
    ORDER BY r.id
    """,
    over="payments_refund",
)

# It failed after it had succeeded: the money is in the balance again, and nobody told us.
CAME_BACK = Detector(
    """
    SELECT 'payments.refund:' || r.id, l.provider, l.currency, l.gross_minor,
           json_build_object('told', 'came_back', 'refund', r.id, 'payment', p.id,
                             'name', p.reference, 'when', l.at)
    FROM reconciliation_balanceline l
    JOIN payments_refund r ON r.id = l.refund_id
    JOIN payments_payment p ON p.id = r.payment_id
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.kind = 'refund_back' AND l.at < %(young)s
      AND r.state = 'succeeded'
    ORDER BY l.id
    """,
    over="reconciliation_balanceline",
)

STUCK = Detector(
    """
    SELECT 'payments.refund:' || r.id, p.provider, p.currency, r.amount_minor,
           json_build_object('told', 'stuck', 'refund', r.id, 'payment', p.id, 'name', p.reference,
                             'state', r.state, 'unknown', r.outcome_unknown, 'why', r.reason,
                             'when', r.created_at)
    FROM payments_refund r
    JOIN payments_payment p ON p.id = r.payment_id
    WHERE r.id > %(after)s AND r.id <= %(up_to)s AND p.provider IN ('stripe', 'paypal')
      AND r.state IN ('requested', 'submitting') AND r.created_at < %(refund_moved_by)s
    ORDER BY r.id
    """,
    over="payments_refund",
    own="stuck",
)

# The provider took it and says no more. It is not asked for ever.
NOT_ARRIVED = Detector(
    """
    SELECT 'payments.refund:' || r.id, p.provider, p.currency, r.amount_minor,
           json_build_object('told', 'not_arrived', 'refund', r.id, 'payment', p.id,
                             'name', p.reference, 'when', r.created_at)
    FROM payments_refund r
    JOIN payments_payment p ON p.id = r.payment_id
    WHERE r.id > %(after)s AND r.id <= %(up_to)s AND p.provider IN ('stripe', 'paypal')
      AND r.state = 'pending' AND r.created_at < %(refund_arrived_by)s
    ORDER BY r.id
    """,
    over="payments_refund",
    own="not_arrived",
)

AMOUNT = Detector(
    """
    SELECT 'payments.refund:' || r.id, p.provider, p.currency, -l.minor - r.amount_minor,
           json_build_object('told', 'refund', 'refund', r.id, 'payment', p.id, 'name', p.reference,
                             'ours', r.amount_minor, 'theirs', -l.minor, 'their_currency', l.currency,
                             'when', l.at)
    FROM payments_refund r
    JOIN payments_payment p ON p.id = r.payment_id
    CROSS JOIN LATERAL (
        SELECT sum(gross_minor)::bigint AS minor, max(currency) AS currency, max(at) AS at
        FROM reconciliation_balanceline WHERE refund_id = r.id AND kind = 'refund'
    ) l
    WHERE r.id > %(after)s AND r.id <= %(up_to)s AND r.state = 'succeeded'
      AND (-l.minor, l.currency) <> (r.amount_minor, p.currency) AND l.at < %(young)s
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:amount_differs:payments.refund:' || r.id
      )
    ORDER BY r.id
    """,
    over="payments_refund",
)
