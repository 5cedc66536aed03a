from __future__ import annotations

from apps.core.invariants import Check
from apps.orders import code_checks, refund_checks, voucher_checks

TICKETS = (
    Check(
        2,
        "a paid order has a unit for each head of its lines, another order has none",
        """
        SELECT format('order %%s (%%s): line %%s has %%s units of %%s',
                      o.reference, o.state, l.id, count(u.id), l.quantity)
        FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        LEFT JOIN orders_unit u ON u.line_id = l.id
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
        GROUP BY o.id, l.id
        HAVING count(u.id) <> CASE WHEN o.state IN ('paid', 'completed') THEN l.quantity ELSE 0 END
        ORDER BY o.id, l.id
        """,
        over="orders_order",
    ),
    Check(
        2,
        "a living unit has a living ticket, an ended one has none",
        """
        SELECT format('unit %%s: ticket %%s is %%s', u.id, t.reference, t.state)
        FROM orders_unit u JOIN tickets_ticket t ON t.id = u.ticket_id
        WHERE u.id > %(after)s AND u.id <= %(up_to)s
          AND (u.ended_at IS NULL) <> (t.state IN ('valid', 'blocked'))
        ORDER BY u.id
        """,
        over="orders_unit",
    ),
    Check(
        2,
        "a living unit holds one place in every quota of its variant, an ended one none",
        """
        SELECT format('unit %%s holds places in quotas %%s instead of %%s', u.id, held.quotas, due.quotas)
        FROM orders_unit u
        JOIN orders_orderline l ON l.id = u.line_id
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(p.quota_id ORDER BY p.quota_id), '{}') AS quotas
            FROM orders_unitplace up JOIN inventory_place p ON p.id = up.place_id
            WHERE up.unit_id = u.id
        ) held
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(d.quota_id ORDER BY d.quota_id), '{}') AS quotas
            FROM inventory_draw d WHERE d.variant_id = l.variant_id AND u.ended_at IS NULL
        ) due
        WHERE u.id > %(after)s AND u.id <= %(up_to)s AND held.quotas <> due.quotas
        ORDER BY u.id
        """,
        over="orders_unit",
    ),
    Check(
        2,
        "a ticket that was upgraded has ended, and its upgrade is of the same event",
        """
        SELECT format('unit %%s, upgraded by order %%s', u.id, o.reference)
        FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        JOIN orders_unit u ON u.id = l.upgrades_id
        JOIN tickets_ticket t ON t.id = u.ticket_id
        WHERE l.id > %(after)s AND l.id <= %(up_to)s
          AND (t.event_id <> o.event_id
               OR (o.state IN ('paid', 'completed') AND (u.ended_at IS NULL OR t.state <> 'transferred')))
        ORDER BY l.id
        """,
        over="orders_orderline",
    ),
    Check(
        1,
        "the place of a unit is sold to its order",
        """
        SELECT format('place %%s of unit %%s of order %%s', p.id, up.unit_id, o.reference)
        FROM orders_unitplace up
        JOIN inventory_place p ON p.id = up.place_id
        JOIN orders_unit u ON u.id = up.unit_id
        JOIN orders_orderline l ON l.id = u.line_id
        JOIN orders_order o ON o.id = l.order_id
        WHERE up.id > %(after)s AND up.id <= %(up_to)s
          AND (p.claimed_until, p.claim) IS DISTINCT FROM ('infinity', o.claim)
        ORDER BY up.id
        """,
        over="orders_unitplace",
    ),
    Check(
        1,
        "a sold place belongs to a unit",
        """
        SELECT format('place %%s of quota %%s', p.id, p.quota_id)
        FROM inventory_place p LEFT JOIN orders_unitplace up ON up.place_id = p.id
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND p.claimed_until = 'infinity' AND up.id IS NULL
        ORDER BY p.id
        """,
        over="inventory_place",
    ),
)

MONEY = (
    Check(
        4,
        "the lines of an order add up to it",
        """
        SELECT format('order %%s', o.reference)
        FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
        GROUP BY o.id
        HAVING (o.total_minor, o.fee_minor, o.buyer_fee_minor, o.discount_minor)
            <> (coalesce(sum(l.total_minor), 0), coalesce(sum(l.fee_minor), 0),
                coalesce(sum(l.buyer_fee_minor), 0), coalesce(sum(l.discount_minor), 0))
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "a paid order is paid by one captured payment of what its voucher left, another order by none",
        """
        SELECT format('order %%s (%%s): %%s of %%s applied',
                      o.reference, o.state, paid.minor, o.total_minor - o.voucher_minor)
        FROM orders_order o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.amount_minor) FILTER (
                WHERE p.state = 'captured' AND p.currency = o.currency
            ), 0) AS minor, count(*) AS payments
            FROM orders_orderpayment op JOIN payments_payment p ON p.id = op.payment_id
            WHERE op.order_id = o.id AND op.applied
        ) paid
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
          AND (paid.minor, paid.payments) <> (
            CASE WHEN o.state IN ('paid', 'completed') THEN o.total_minor - o.voucher_minor ELSE 0 END,
            CASE WHEN o.state IN ('paid', 'completed') AND o.total_minor > o.voucher_minor
                THEN 1 ELSE 0 END
          )
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "captured money is in the books once, to the cent: applied to its order, or unapplied",
        """
        SELECT format('payment %%s (%%s): %%s booked of %%s',
                      p.reference, p.state, booked.minor, p.amount_minor)
        FROM payments_payment p
        LEFT JOIN orders_orderpayment op ON op.payment_id = p.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount_minor), 0) AS minor
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE a.currency = p.currency
              AND (a.code = 'clearing:' || p.provider
                   OR (p.provider = 'offline' AND a.code ~ '^(till|terminal):'))
              AND g.key IN ('unapplied_received:payment:' || p.id,
                            CASE WHEN op.applied THEN 'sale:order:' || op.order_id END,
                            CASE WHEN op.applied THEN 'own_sale:order:' || op.order_id END)
        ) booked
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND booked.minor <> CASE p.state WHEN 'captured' THEN p.amount_minor ELSE 0 END
        ORDER BY p.id
        """,
        over="payments_payment",
    ),
    Check(
        4,
        "a sale in the books is a paid order, with its total and its fee",
        """
        SELECT format('posting %%s', g.key)
        FROM ledger_posting g
        LEFT JOIN orders_order o ON o.id = CASE
            WHEN g.subject ~ '^orders[.]order:[0-9]+$' THEN split_part(g.subject, ':', 2)::bigint
        END
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount_minor) FILTER (
                       WHERE e.amount_minor > 0 AND a.code !~ '^org:'
                   ), 0) AS gross,
                   coalesce(-sum(e.amount_minor) FILTER (WHERE a.code = 'fee:platform'), 0) AS fee
            FROM ledger_entry e JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE e.posting_id = g.id
        ) booked
        WHERE g.id > %(after)s AND g.id <= %(up_to)s
          AND g.kind IN ('sale', 'unapplied_applied', 'own_sale')
          AND (o.id IS NULL OR o.state NOT IN ('paid', 'completed')
               OR (booked.gross, booked.fee) <> (o.total_minor, o.fee_minor))
        ORDER BY g.id
        """,
        over="ledger_posting",
    ),
    Check(
        4,
        "what a provider kept of a sale is borne by its organizer once, where its terms say so",
        """
        SELECT format('payment %%s of order %%s: %%s passed on of %%s',
                      p.reference, o.reference, booked.minor, coalesce(p.fee_minor, 0))
        FROM payments_payment p
        LEFT JOIN orders_orderpayment op ON op.payment_id = p.id AND op.applied
        LEFT JOIN orders_order o ON o.id = op.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount_minor), 0) AS minor
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key = 'provider_fee_passed_on:payment:' || p.id
              AND a.code = 'fee:provider:' || p.provider AND a.currency = p.currency
        ) booked
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND booked.minor <> CASE
            WHEN o.passes_provider_fee AND p.provider IN ('stripe', 'paypal')
            THEN coalesce(p.fee_minor, 0) ELSE 0 END
        ORDER BY p.id
        """,
        over="payments_payment",
    ),
    Check(
        4,
        "what goes back was taken out of somebody's books once, to the cent",
        """
        SELECT format('refund %%s of payment %%s (%%s): %%s booked of %%s',
                      r.id, p.reference, r.state, booked.minor, r.amount_minor)
        FROM payments_refund r
        JOIN payments_payment p ON p.id = r.payment_id
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount_minor), 0) AS minor
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key IN ('refund_requested:refund:' || r.id, 'unapplied_refund_requested:refund:' || r.id)
              AND a.code = 'refunds_in_transit:' || p.provider AND a.currency = p.currency
        ) booked
        WHERE r.id > %(after)s AND r.id <= %(up_to)s AND p.provider IN ('stripe', 'paypal')
          AND booked.minor <> r.amount_minor
        ORDER BY r.id
        """,
        over="payments_refund",
    ),
    Check(
        4,
        "a refund that failed is owed to the buyer",
        """
        SELECT format('refund %%s is %%s', r.id, r.state)
        FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
        WHERE r.id > %(after)s AND r.id <= %(up_to)s AND p.provider IN ('stripe', 'paypal')
          AND (r.state IN ('failed', 'cancelled')) <> EXISTS (
            SELECT FROM ledger_posting
            WHERE key IN ('refund_failed:refund:' || r.id, 'refund_came_back:refund:' || r.id)
          )
        ORDER BY r.id
        """,
        over="payments_refund",
    ),
)

CHECKS = (
    *TICKETS,
    *MONEY,
    *code_checks.CODES,
    *voucher_checks.VOUCHERS,
    *refund_checks.CHECKS,
)
