"""Orders and attendees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch, Q, QuerySet, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.checkin.models import Standing
from apps.core.csv_stream import in_chunks
from apps.core.money import Money
from apps.events.models import Event
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.scope import Scope
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import back_on_voucher
from apps.payments.states import RefundState
from apps.tickets.models import Ticket

_GONE = [RefundState.FAILED, RefundState.CANCELLED]


def rows_of_orders(orders: QuerySet[Order]) -> Iterator[Row]:
    back = Sum(
        "payments__payment__refunds__amount_minor",
        filter=Q(payments__applied=True) & ~Q(payments__payment__refunds__state__in=_GONE),
        default=0,
    )
    for order in in_chunks(orders.select_related("event", "code").annotate(back_minor=back)):
        lines = list(order.lines.all())
        yield [
            order.reference,
            order.event.title,
            order.get_state_display(),
            _there(order.created_at, order.event),
            _there(order.paid_at, order.event),
            order.name,
            order.email,
            ", ".join(f"{line.quantity} × {line.name}" for line in lines),
            str(order.code or ""),
            order.discount,
            order.currency,
            order.total,
            order.by_voucher,
            Money(sum(line.tax_minor for line in lines), order.currency),
            order.fee,
            Money(order.back_minor, order.currency) + back_on_voucher(order),  # type: ignore[attr-defined]  # annotated by the query
        ]


def rows_of_tickets(tickets: QuerySet[Ticket]) -> Iterator[Row]:
    entered = Min(
        "entries__at",
        filter=Q(
            entries__undone_at=None, entries__standing__in=[Standing.REGULAR, Standing.OVERRULED]
        ),
    )
    rows = tickets.select_related("event", "variant", "unit__line__order")
    for ticket in in_chunks(rows.annotate(entered_at=entered)):
        order = ticket.unit.line.order
        yield [
            ticket.reference,
            ticket.holder_name or order.name,
            ticket.event.title,
            ticket.variant.name,
            ticket.place_label,
            ticket.get_state_display(),
            _there(ticket.entered_at, ticket.event),  # type: ignore[attr-defined]  # annotated by the query
            order.reference,
            order.name,
            order.email,
        ]


def _ordered(scope: Scope) -> QuerySet[Order]:
    rows = scope.owned(Order.objects.all(), organizer="organizer", event="event")
    return scope.within(rows, "created_at")


def _orders(scope: Scope) -> Iterator[Row]:
    lines: Any = Prefetch("lines", OrderLine.objects.order_by("pk"))
    return rows_of_orders(_ordered(scope).prefetch_related(lines))


def _tickets(scope: Scope) -> QuerySet[Ticket]:
    """Of the events that begin in the period: who comes is asked before, whenever it was sold."""
    rows = scope.owned(Ticket.objects.all(), organizer="event__organizer", event="event")
    return scope.within(rows, "event__starts_at")


def _attendees(scope: Scope) -> Iterator[Row]:
    return rows_of_tickets(_tickets(scope))


def _there(moment: datetime | None, event: Event) -> datetime | None:
    return localtime(moment, event.zone) if moment else None


ORDERS = Kind(
    name="orders",
    title=_("Orders"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(
        _("Order"),
        _("Event"),
        _("State"),
        _("Ordered"),
        _("Paid"),
        _("Name"),
        _("E-mail"),
        _("Tickets"),
        _("Code"),
        _("Discount"),
        _("Currency"),
        _("Total"),
        _("Paid by gift voucher"),
        _("Tax in it"),
        _("Platform fee in it"),
        _("Refunded"),
    ),
    rows=_orders,
    source=_ordered,
)

ATTENDEES = Kind(
    name="attendees",
    title=_("Attendees of events in this time"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(
        _("Ticket"),
        _("Name"),
        _("Event"),
        _("Variant"),
        _("Seat"),
        _("State"),
        _("Came in"),
        _("Order"),
        _("Buyer"),
        _("E-mail"),
    ),
    rows=_attendees,
    source=_tickets,
)
