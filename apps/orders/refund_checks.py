"""What must hold between the decisions to give back, the tickets, and the books."""

from __future__ import annotations

from apps.core.invariants import Check, in_force

# The guards of migration 0002 that must be in force.
GUARDS = [
    *("orders_orderrefund_append_only", "orders_orderrefund_no_truncate"),
    *("orders_orderrefundline_append_only", "orders_orderrefundline_no_truncate"),
]

CHECKS = (
    Check(
        2,
        "a ticket died for its money if and only if somebody decided to give it back",
        """
        SELECT format('unit %%s: ticket %%s is %%s', u.id, t.reference, t.state)
        FROM orders_unit u
        JOIN tickets_ticket t ON t.id = u.ticket_id
        LEFT JOIN orders_orderrefundline r ON r.unit_id = u.id
        WHERE u.id > %(after)s AND u.id <= %(up_to)s
          AND CASE WHEN r.id IS NULL THEN t.state = 'refunded'
                   ELSE t.state NOT IN ('refunded', 'transferred') END
        ORDER BY u.id
        """,
        over="orders_unit",
    ),
    Check(
        4,
        "the lines of a refund add up to it, and are of its order",
        """
        SELECT format('refund %%s of order %%s', d.id, o.reference)
        FROM orders_orderrefund d
        JOIN orders_order o ON o.id = d.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount_minor), 0) AS minor,
                   count(*) FILTER (WHERE l.order_id <> o.id OR u.line_id <> l.id) AS strangers
            FROM orders_orderrefundline r
            JOIN orders_orderline l ON l.id = r.line_id
            LEFT JOIN orders_unit u ON u.id = r.unit_id
            WHERE r.order_refund_id = d.id
        ) told
        WHERE d.id > %(after)s AND d.id <= %(up_to)s
          AND (told.minor, told.strangers) <> (d.amount_minor, 0)
        ORDER BY d.id
        """,
        over="orders_orderrefund",
    ),
    Check(
        4,
        "no line gives back more than was paid for it, nor more of its tax",
        """
        SELECT format('line %%s: %%s of %%s given back, kept %%s', l.id, back.minor, l.total_minor, back.kept)
        FROM orders_orderline l
        CROSS JOIN LATERAL (
            SELECT sum(amount_minor) AS minor, sum(tax_minor) AS tax, sum(kept_minor) AS kept
            FROM orders_orderrefundline WHERE line_id = l.id
        ) back
        WHERE l.id > %(after)s AND l.id <= %(up_to)s
          AND (back.minor + back.kept > l.total_minor OR back.kept < 0 OR back.tax > l.tax_minor)
        ORDER BY l.id
        """,
        over="orders_orderline",
    ),
    Check(
        4,
        "what goes back of a sale was decided, and is in the books with its fee, to the cent",
        """
        SELECT format('refund %%s of payment %%s: %%s and fee %%s booked, %%s and fee %%s decided',
                      r.id, p.reference, booked.minor, booked.fee,
                      d.amount_minor - d.voucher_minor, d.fee_back_minor)
        FROM payments_refund r
        JOIN payments_payment p ON p.id = r.payment_id
        LEFT JOIN orders_orderrefund d ON d.refund_id = r.id
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount_minor) FILTER (
                       WHERE a.code = 'refunds_in_transit:' || p.provider
                   ), 0) AS minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.code = 'fee:platform'), 0) AS fee
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key IN ('refund_requested:refund:' || r.id, 'own_refund:refund:' || r.id,
                            'own_fee_given_back:refund:' || r.id)
        ) booked
        WHERE r.id > %(after)s AND r.id <= %(up_to)s
          AND (CASE p.provider WHEN 'offline' THEN r.amount_minor ELSE booked.minor END, booked.fee)
              <> (coalesce(d.amount_minor - d.voucher_minor, 0), coalesce(d.fee_back_minor, 0))
        ORDER BY r.id
        """,
        over="payments_refund",
    ),
    Check(
        4,
        "money is given back on the payment that bought the order",
        """
        SELECT format('refund %%s of order %%s', d.id, o.reference)
        FROM orders_orderrefund d
        JOIN orders_order o ON o.id = d.order_id
        LEFT JOIN payments_refund r ON r.id = d.refund_id
        LEFT JOIN orders_orderpayment op ON op.payment_id = r.payment_id AND op.applied
        WHERE d.id > %(after)s AND d.id <= %(up_to)s
          AND CASE WHEN r.id IS NULL THEN d.amount_minor > d.voucher_minor
                   ELSE op.order_id IS DISTINCT FROM o.id
                        OR d.amount_minor - d.voucher_minor > r.amount_minor END
        ORDER BY d.id
        """,
        over="orders_orderrefund",
    ),
    in_force(4, "refunds of orders are append-only: their guards are in force", GUARDS),
)
