"""
Rule 6: no row reachable by a member of organizer A belongs to organizer B.

Members reach rows through their organizer, its events, and what hangs on these; so each row that
hangs on two of them must mean the same one by both.
"""

from __future__ import annotations

from apps.core.invariants import Check


def _agree(name: str, over: str, joins: str, mine: str, theirs: str) -> Check:
    return Check(
        6,
        name,
        f"""
        SELECT format('{over} %%s', x.id) FROM {over} x {joins}
        WHERE x.id > %(after)s AND x.id <= %(up_to)s AND {mine} IS DISTINCT FROM {theirs}
        ORDER BY x.id
        """,  # noqa: S608 - all of it stands below
        over=over,
    )


CHECKS = (
    _agree(
        "an event takes place in a venue of its organizer",
        "events_event",
        "JOIN seating_venue v ON v.id = x.venue_id",
        "x.organizer_id",
        "v.organizer_id",
    ),
    _agree(
        "an export of an event is of its organizer",
        "exports_export",
        "JOIN events_event e ON e.id = x.event_id",
        "x.organizer_id",
        "e.organizer_id",
    ),
    _agree(
        "an export by mail of an event is of its organizer",
        "exports_exportschedule",
        "JOIN events_event e ON e.id = x.event_id",
        "x.organizer_id",
        "e.organizer_id",
    ),
    _agree(
        "who gets an export by mail is in the team of its organizer",
        "exports_exportschedule_recipients",
        "JOIN exports_exportschedule s ON s.id = x.exportschedule_id"
        " JOIN accounts_membership m ON m.id = x.membership_id",
        "s.organizer_id",
        "m.organizer_id",
    ),
    _agree(
        "an order is of the organizer of its event",
        "orders_order",
        "JOIN events_event e ON e.id = x.event_id",
        "x.organizer_id",
        "e.organizer_id",
    ),
    _agree(
        "an order line sells a variant of the order's event",
        "orders_orderline",
        "JOIN orders_order o ON o.id = x.order_id JOIN variants_variant v ON v.id = x.variant_id",
        "o.event_id",
        "v.event_id",
    ),
    _agree(
        "a ticket admits to the event its unit was sold for, as the variant that was sold",
        "orders_unit",
        "JOIN orders_orderline l ON l.id = x.line_id JOIN orders_order o ON o.id = l.order_id"
        " JOIN tickets_ticket t ON t.id = x.ticket_id",
        "(o.event_id, l.variant_id)",
        "(t.event_id, t.variant_id)",
    ),
    _agree(
        "a ticket is of a variant of its event",
        "tickets_ticket",
        "JOIN variants_variant v ON v.id = x.variant_id",
        "x.event_id",
        "v.event_id",
    ),
    _agree(
        "a unit holds places of its order's event",
        "orders_unitplace",
        "JOIN inventory_place p ON p.id = x.place_id JOIN orders_unit u ON u.id = x.unit_id"
        " JOIN orders_orderline l ON l.id = u.line_id JOIN orders_order o ON o.id = l.order_id",
        "p.event_id",
        "o.event_id",
    ),
    _agree(
        "a place is of the event of its quota",
        "inventory_place",
        "JOIN inventory_quota q ON q.id = x.quota_id",
        "x.event_id",
        "q.event_id",
    ),
    _agree(
        "a variant draws from quotas of its event",
        "inventory_draw",
        "JOIN inventory_quota q ON q.id = x.quota_id JOIN variants_variant v ON v.id = x.variant_id",
        "q.event_id",
        "v.event_id",
    ),
    _agree(
        "a payment is for an order in the order's currency",
        "orders_orderpayment",
        "JOIN orders_order o ON o.id = x.order_id JOIN payments_payment p ON p.id = x.payment_id",
        "(o.currency, 'orders.order:' || o.id)",
        "(p.currency, p.purpose)",
    ),
    _agree(
        "a payout is marked on orders of its organizer",
        "payouts_payoutorder",
        "JOIN payouts_payout p ON p.id = x.payout_id JOIN orders_order o ON o.id = x.order_id",
        "p.organizer_id",
        "o.organizer_id",
    ),
)
