from __future__ import annotations

from apps.core.invariants import Check, in_force

# The guards of migration 0002 that must be in force.
GUARDS = ["box_office_tillline_append_only", "box_office_tillline_no_truncate"]

CHECKS = (
    Check(
        4,
        "a device's till holds in the books what its open till says, and nothing without one",
        """
        SELECT format('device %%s: %%s %%s in the books, %%s in its open till',
                      d.id, hand.method, booked.minor, told.minor)
        FROM checkin_device d
        JOIN events_event e ON e.id = d.event_id
        CROSS JOIN (VALUES ('cash', 'till'), ('card', 'terminal')) AS hand(method, account)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(n.amount_minor), 0) AS minor
            FROM ledger_ledgeraccount a JOIN ledger_entry n ON n.account_id = a.id
            WHERE a.code = concat_ws(':', hand.account, e.organizer_id, d.id)
        ) booked
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.amount_minor), 0) AS minor
            FROM box_office_till t JOIN box_office_tillline l ON l.till_id = t.id
            WHERE t.device_id = d.id AND t.state = 'open' AND l.method = hand.method
        ) told
        WHERE d.id > %(after)s AND d.id <= %(up_to)s AND booked.minor <> told.minor
        ORDER BY d.id, hand.method
        """,
        over="checkin_device",
    ),
    Check(
        4,
        "what a box office sold is in the book of one till with what no voucher paid, and nothing else is",
        """
        SELECT format('order %%s (%%s): %%s times %%s of %%s in a till',
                      o.reference, o.state, told.lines, told.minor, o.total_minor - o.voucher_minor)
        FROM orders_order o
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, coalesce(sum(amount_minor), 0) AS minor
            FROM box_office_tillline WHERE order_id = o.id AND kind = 'sale'
        ) told
        CROSS JOIN LATERAL (
            SELECT o.channel = 'box_office' AND o.state IN ('paid', 'completed') AS yes
        ) sold
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
          AND (told.lines, told.minor)
              <> (CASE WHEN sold.yes THEN 1 ELSE 0 END,
                  CASE WHEN sold.yes THEN o.total_minor - o.voucher_minor ELSE 0 END)
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "a closed till was booked with what was counted, an open one was not",
        """
        SELECT format('till %%s (%%s): %%s booked', t.id, t.state, booked.minor)
        FROM box_office_till t
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(n.amount_minor), 0) AS minor
            FROM ledger_posting g
            JOIN ledger_entry n ON n.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = n.account_id
            WHERE g.subject = 'box_office.till:' || t.id AND g.kind = 'till_closed'
              AND a.code LIKE 'own_sales:%%'
        ) booked
        WHERE t.id > %(after)s AND t.id <= %(up_to)s
          AND booked.minor <> coalesce(t.counted_minor, 0) + coalesce(t.terminal_minor, 0)
        ORDER BY t.id
        """,
        over="box_office_till",
    ),
    Check(
        4,
        "what a till gave back is a refund of that order, to the cent",
        """
        SELECT format('line %%s of till %%s: %%s', l.id, l.till_id, l.amount_minor)
        FROM box_office_tillline l
        LEFT JOIN payments_refund r ON r.id = l.refund_id
        LEFT JOIN orders_orderpayment op ON op.payment_id = r.payment_id
        WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.kind = 'refund'
          AND (l.amount_minor <> -coalesce(r.amount_minor, 0)
               OR (r.id IS NOT NULL AND op.order_id IS DISTINCT FROM l.order_id))
        ORDER BY l.id
        """,
        over="box_office_tillline",
    ),
    in_force(4, "the books of tills are append-only: their guards are in force", GUARDS),
    Check(
        6,
        "a till sells for the event of its device",
        """
        SELECT format('line %%s of till %%s', l.id, l.till_id)
        FROM box_office_tillline l
        JOIN box_office_till t ON t.id = l.till_id
        JOIN checkin_device d ON d.id = t.device_id
        JOIN orders_order o ON o.id = l.order_id
        WHERE l.id > %(after)s AND l.id <= %(up_to)s AND o.event_id <> d.event_id
        ORDER BY l.id
        """,
        over="box_office_tillline",
    ),
)
