"""Buyers' banks: what waits for our answer, and what is cheaper given back now."""

from __future__ import annotations

from apps.reconciliation.detectors.base import Detector

# Open until somebody answers, here or at the provider. What the provider refused to take is not an answer.
UNANSWERED = Detector(
    """
    SELECT 'payments.dispute:' || d.id, d.provider, p.currency, d.amount_minor,
           json_build_object('told', CASE WHEN a.refused <> '' THEN 'refused'
                                          WHEN d.state = 'inquiry' THEN 'asked'
                                          WHEN d.due_at < %(answered_by)s THEN 'due_soon'
                                          ELSE 'disputed' END,
                             'dispute', d.id, 'payment', p.id, 'name', p.reference, 'order', o.id,
                             'order_name', o.reference, 'due', d.due_at, 'when', d.opened_at)
    FROM payments_dispute d
    JOIN payments_payment p ON p.id = d.payment_id
    JOIN orders_orderpayment op ON op.payment_id = p.id
    JOIN orders_order o ON o.id = op.order_id
    LEFT JOIN payments_disputeanswer a ON a.dispute_id = d.id
    WHERE d.id > %(after)s AND d.id <= %(up_to)s AND d.state IN ('inquiry', 'open')
      AND (a.id IS NULL OR a.refused <> '')
    ORDER BY d.id
    """,
    over="payments_dispute",
    own="disputed",
)

# Once the bank disputes it, that is the case; while a refund is on its way, nothing is left to do.
WARNED = Detector(
    """
    SELECT 'payments.fraudwarning:' || w.id, w.provider, p.currency, p.amount_minor - back.minor,
           json_build_object('told', 'warned', 'warning', w.id, 'payment', p.id, 'name', p.reference,
                             'order', o.id, 'order_name', o.reference, 'when', w.warned_at)
    FROM payments_fraudwarning w
    JOIN payments_payment p ON p.id = w.payment_id AND p.state = 'captured'
    JOIN orders_orderpayment op ON op.payment_id = p.id AND op.applied
    JOIN orders_order o ON o.id = op.order_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM payments_refund
        WHERE payment_id = p.id AND state NOT IN ('failed', 'cancelled')
    ) back
    WHERE w.id > %(after)s AND w.id <= %(up_to)s AND w.actionable AND back.minor < p.amount_minor
      AND NOT EXISTS (
        SELECT FROM payments_dispute WHERE payment_id = p.id AND state <> 'inquiry'
      )
    ORDER BY w.id
    """,
    over="payments_fraudwarning",
    own="warned",
)
