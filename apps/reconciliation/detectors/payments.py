"""Payments: money and orders that do not find each other, amounts and fees."""

from __future__ import annotations

from apps.reconciliation.detectors.base import Detector

# The provider took money for a payment that we do not hold for paid.
NOT_HEARD_OF = Detector(
    """
    SELECT 'payments.payment:' || p.id, p.provider, l.currency, l.gross_minor,
           json_build_object('told', 'not_heard', 'payment', p.id, 'name', p.reference,
                             'state', p.state, 'order', o.id, 'order_name', o.reference,
                             'line', l.id, 'when', l.at)
    FROM payments_payment p
    JOIN reconciliation_balanceline l ON l.payment_id = p.id AND l.kind = 'payment'
    LEFT JOIN orders_orderpayment op ON op.payment_id = p.id
    LEFT JOIN orders_order o ON o.id = op.order_id
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state <> 'captured' AND l.at < %(young)s
    ORDER BY p.id
    """,
    over="payments_payment",
)

# What buyers are owed, by order: few, and only these accounts are read.
_OWED = """
    SELECT g.subject, split_part(a.code, ':', 2) AS provider, a.currency,
           -sum(e.amount_minor)::bigint AS minor, max(g.at) AS last
    FROM ledger_ledgeraccount a
    JOIN ledger_entry e ON e.account_id = a.id
    JOIN ledger_posting g ON g.id = e.posting_id
    WHERE a.code LIKE 'unapplied:%%' AND g.subject LIKE 'orders.order:%%'
    GROUP BY 1, 2, 3 HAVING sum(e.amount_minor) < 0
"""
# Of an order's payments the one that can give it back: rather one that bought nothing.
_OWED_ON = f"""
    SELECT owed.*, p.id, p.reference, p.amount_minor, p.needs_review, o.id AS order_id,
           o.reference AS order_name, o.state AS order_state, op.applied, going.failed
    FROM ({_OWED}) owed
    JOIN orders_order o ON o.id = split_part(owed.subject, ':', 2)::bigint
    CROSS JOIN LATERAL (
        SELECT op.payment_id, op.applied FROM orders_orderpayment op
        JOIN payments_payment p ON p.id = op.payment_id
        WHERE op.order_id = o.id AND p.provider = owed.provider AND p.state = 'captured'
          AND p.amount_minor > (
            SELECT coalesce(sum(amount_minor), 0) FROM payments_refund
            WHERE payment_id = p.id AND state NOT IN ('failed', 'cancelled')
          )
        ORDER BY op.applied, p.id LIMIT 1
    ) op
    JOIN payments_payment p ON p.id = op.payment_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state IN ('failed', 'cancelled')) AS failed
        FROM payments_refund WHERE payment_id = p.id
    ) going
"""  # noqa: S608 - our own words
# Its amount is put right first: see AMOUNT.
_SUM_IS_RIGHT = """
    NOT EXISTS (
        SELECT FROM reconciliation_balanceline l
        WHERE l.payment_id = owed_on.id AND l.kind = 'payment'
          AND (l.gross_minor, l.currency) <> (owed_on.amount_minor, owed_on.currency)
          AND NOT EXISTS (
            SELECT FROM ledger_posting
            WHERE key = 'correction:amount_differs:payments.payment:' || owed_on.id
          )
    )
"""
OWED_TO_BUYER = Detector(
    f"""
    SELECT 'payments.payment:' || id, provider, currency, minor,
           json_build_object('told', 'owed', 'payment', id, 'name', reference, 'order', order_id,
                             'order_name', order_name, 'order_state', order_state,
                             'differed', needs_review, 'when', last)
    FROM ({_OWED_ON}) owed_on
    WHERE failed = 0 AND last < %(young)s AND {_SUM_IS_RIGHT}
    ORDER BY id
    """,  # noqa: S608 - our own words
    own="owed",
)
REFUND_FAILED = Detector(
    f"""
    SELECT 'payments.payment:' || id, provider, currency, minor,
           json_build_object('told', 'failed', 'payment', id, 'name', reference, 'order', order_id,
                             'order_name', order_name, 'when', last)
    FROM ({_OWED_ON}) owed_on
    WHERE failed > 0 AND last < %(young)s AND {_SUM_IS_RIGHT}
    ORDER BY id
    """,  # noqa: S608 - our own words
    own="failed",
)

# In the books, and the statement of its time does not have it.
NO_MONEY = Detector(
    """
    SELECT 'payments.payment:' || p.id, p.provider, p.currency, p.amount_minor,
           json_build_object('told', 'no_money', 'payment', p.id, 'name', p.reference, 'order', o.id,
                             'order_name', o.reference, 'when', p.captured_at,
                             'fee', coalesce(p.fee_minor, 0))
    FROM payments_payment p
    JOIN covered c ON c.provider = p.provider AND p.captured_at >= c.since AND p.captured_at < c.until
    LEFT JOIN orders_orderpayment op ON op.payment_id = p.id
    LEFT JOIN orders_order o ON o.id = op.order_id
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state = 'captured'
      AND NOT EXISTS (
        SELECT FROM reconciliation_balanceline l WHERE l.payment_id = p.id AND l.kind = 'payment'
      )
      AND NOT EXISTS (
        SELECT FROM ledger_posting
        WHERE key = 'correction:order_without_money:payments.payment:' || p.id
      )
    ORDER BY p.id
    """,
    over="payments_payment",
)

AMOUNT = Detector(
    """
    SELECT 'payments.payment:' || p.id, p.provider, p.currency, l.minor - p.amount_minor,
           json_build_object('told', 'payment', 'payment', p.id, 'name', p.reference, 'order', o.id,
                             'order_name', o.reference, 'ours', p.amount_minor, 'theirs', l.minor,
                             'their_currency', l.currency, 'applied', coalesce(op.applied, false),
                             'our_fee', coalesce(p.fee_minor, 0), 'their_fee', l.fee,
                             'when', p.captured_at)
    FROM payments_payment p
    CROSS JOIN LATERAL (
        SELECT sum(gross_minor)::bigint AS minor, sum(fee_minor)::bigint AS fee,
               max(currency) AS currency, max(at) AS at
        FROM reconciliation_balanceline WHERE payment_id = p.id AND kind = 'payment'
    ) l
    LEFT JOIN orders_orderpayment op ON op.payment_id = p.id
    LEFT JOIN orders_order o ON o.id = op.order_id
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state = 'captured'
      AND (l.minor, l.currency) <> (p.amount_minor, p.currency) AND l.at < %(young)s
      AND NOT EXISTS (
        SELECT FROM ledger_posting
        WHERE key = 'correction:amount_differs:payments.payment:' || p.id
      )
    ORDER BY p.id
    """,
    over="payments_payment",
)

FEE = Detector(
    """
    SELECT 'payments.payment:' || p.id, p.provider, p.currency, l.minor - p.fee_minor,
           json_build_object('told', 'fee', 'payment', p.id, 'name', p.reference, 'ours', p.fee_minor,
                             'theirs', l.minor, 'when', l.at)
    FROM payments_payment p
    CROSS JOIN LATERAL (
        SELECT sum(fee_minor)::bigint AS minor, max(at) AS at
        FROM reconciliation_balanceline
        WHERE payment_id = p.id AND kind = 'payment' AND currency = p.currency
    ) l
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state = 'captured'
      AND l.minor <> p.fee_minor AND l.at < %(young)s
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:fee_differs:payments.payment:' || p.id
      )
    ORDER BY p.id
    """,
    over="payments_payment",
)

# In another currency than the payment's it is booked with the sum that differs, not as the payment's own.
NO_FEE = Detector(
    """
    SELECT 'payments.payment:' || p.id, p.provider, p.currency, p.amount_minor,
           json_build_object('told', 'no_fee', 'payment', p.id, 'name', p.reference,
                             'when', p.captured_at)
    FROM payments_payment p
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state = 'captured'
      AND p.provider IN ('stripe', 'paypal') AND p.fee_minor IS NULL
      AND p.captured_at < %(fee_known_by)s
      AND NOT EXISTS (
        SELECT FROM reconciliation_balanceline l
        WHERE l.payment_id = p.id AND l.kind = 'payment' AND l.currency <> p.currency
      )
    ORDER BY p.id
    """,
    over="payments_payment",
    own="no_fee",
)
