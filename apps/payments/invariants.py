from __future__ import annotations

from apps.core.invariants import Check

CHECKS = (
    Check(
        4,
        "refunds and disputes of a payment take no more than was captured",
        """
        SELECT format('payment %%s: %%s refunded, %%s disputed of %%s',
                      p.reference, r.going, d.taken, p.amount_minor)
        FROM payments_payment p
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor), 0) AS going FROM payments_refund
            WHERE payment_id = p.id AND state NOT IN ('failed', 'cancelled')
        ) r
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(reserved_minor + owed_minor), 0) AS taken FROM payments_dispute
            WHERE payment_id = p.id AND state IN ('open', 'under_review', 'lost')
        ) d
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND r.going + d.taken > CASE p.state WHEN 'captured' THEN p.amount_minor ELSE 0 END
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
        4,
        "the books say of a dispute what its row says: withheld, kept, lost, and its fee",
        """
        SELECT format('dispute %%s (%%s): withheld %%s, kept %%s, fee %%s',
                      d.provider_id, d.state, b.withheld, b.kept, b.fee)
        FROM payments_dispute d
        JOIN payments_payment p ON p.id = d.payment_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'disputed:%%'), 0) AS withheld,
                   coalesce(-sum(e.amount_minor) FILTER (WHERE a.code LIKE 'org:%%:reserve:%%'), 0) AS kept,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'fee:dispute:%%'), 0) AS fee
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.subject = p.purpose AND g.kind LIKE 'dispute%%'
              AND split_part(g.key, ':', 3) = d.id::text
        ) b
        WHERE d.id > %(after)s AND d.id <= %(up_to)s
          AND (b.withheld, b.kept, b.fee) <> (
            d.withdrawn_minor - d.reinstated_minor - d.lost_minor,
            CASE WHEN d.lost_minor = 0 THEN d.reserved_minor ELSE 0 END,
            d.fee_minor
          )
        ORDER BY d.id
        """,
        over="payments_dispute",
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
