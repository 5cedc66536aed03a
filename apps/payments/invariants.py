from __future__ import annotations

from apps.core.invariants import Check

CHECKS = (
    Check(
        4,
        "refunds of a payment are no more than was captured",
        """
        SELECT format('payment %%s: %%s refunded of %%s', p.reference, r.going, p.amount_minor)
        FROM payments_payment p
        CROSS JOIN LATERAL (
            SELECT sum(amount_minor) AS going FROM payments_refund
            WHERE payment_id = p.id AND state NOT IN ('failed', 'cancelled')
        ) r
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND r.going > CASE p.state WHEN 'captured' THEN p.amount_minor ELSE 0 END
        ORDER BY p.id
        """,
        over="payments_payment",
    ),
    Check(
        4,
        "a captured payment has its time, and the provider's name for it",
        """
        SELECT format('payment %%s', reference) FROM payments_payment
        WHERE id > %(after)s AND id <= %(up_to)s AND state = 'captured'
          AND (captured_at IS NULL OR (provider_id = '' AND provider IN ('stripe', 'paypal')))
        ORDER BY id
        """,
        over="payments_payment",
    ),
    Check(
        4,
        "a known provider fee of captured money is in the books, once and to the cent",
        """
        SELECT format('payment %%s: fee %%s, booked %%s', p.reference, p.fee_minor, b.minor)
        FROM payments_payment p
        LEFT JOIN LATERAL (
            SELECT sum(e.amount_minor) AS minor
            FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key = 'provider_fee:payment:' || p.id AND a.code = 'fee:provider:' || p.provider
        ) b ON true
        WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state = 'captured'
          AND p.provider IN ('stripe', 'paypal') AND coalesce(p.fee_minor, 0) <> coalesce(b.minor, 0)
        ORDER BY p.id
        """,
        over="payments_payment",
    ),
    Check(
        4,
        "a refund that arrived is in the books",
        """
        SELECT format('refund %%s of payment %%s', r.id, p.reference)
        FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
        WHERE r.id > %(after)s AND r.id <= %(up_to)s AND r.state = 'succeeded'
          AND p.provider IN ('stripe', 'paypal')
          AND NOT EXISTS (
            SELECT FROM ledger_posting WHERE key = 'refund_confirmed:refund:' || r.id
          )
        ORDER BY r.id
        """,
        over="payments_refund",
    ),
    Check(
        7,
        "a provider notice is done, in retry, or parked in sight",
        """
        SELECT format('%%s notice %%s %%s is %%s', n.provider, n.type, n.event_id, n.state)
        FROM payments_providernotice n
        WHERE n.state IN ('received', 'processing', 'failed')
          AND NOT EXISTS (
            SELECT FROM outbox_delivery d WHERE d.message_id = n.message_id AND d.state <> 'done'
          )
        ORDER BY n.id
        """,
    ),
)
