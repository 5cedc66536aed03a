"""CSV of what a list shows, with its search and filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.checkin.models import Standing
from apps.console.desk import Desk
from apps.core import csv_stream
from apps.core.money import Money
from apps.events.models import Event
from apps.orders.models import Order
from apps.payments.states import RefundState
from apps.tickets.models import Ticket

_GONE = [RefundState.FAILED, RefundState.CANCELLED]


def orders(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    back = Sum(
        "payments__payment__refunds__amount_minor",
        filter=Q(payments__applied=True) & ~Q(payments__payment__refunds__state__in=_GONE),
        default=0,
    )
    rows = _listed(request, desk).select_related("event", "code").annotate(back_minor=back)
    head = [
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
        _("Tax in it"),
        _("Platform fee in it"),
        _("Refunded"),
    ]
    return csv_stream.response("orders", head, _orders(rows))


def attendees(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    entered = Min(
        "entries__at",
        filter=Q(
            entries__undone_at=None, entries__standing__in=[Standing.REGULAR, Standing.OVERRULED]
        ),
    )
    rows = (
        _listed(request, desk)
        .select_related("event", "variant", "unit__line__order")
        .annotate(entered_at=entered)
    )
    head = [
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
    ]
    return csv_stream.response("attendees", head, _attendees(rows))


def _listed(request: HttpRequest, desk: Desk) -> QuerySet[Any]:
    """Drop the list's own order and page: the file is by id."""
    rows: QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    return rows.order_by()


def _orders(rows: QuerySet[Order]) -> Iterator[list[Any]]:
    for order in csv_stream.in_chunks(rows):
        lines = list(order.lines.all())
        yield [
            order.reference,
            order.event.title,
            order.get_state_display(),
            _time(order.created_at, order.event),
            _time(order.paid_at, order.event),
            order.name,
            order.email,
            ", ".join(f"{line.quantity} × {line.name}" for line in lines),
            str(order.code or ""),
            order.discount.plain(),
            order.currency,
            order.total.plain(),
            Money(sum(line.tax_minor for line in lines), order.currency).plain(),
            order.fee.plain(),
            Money(order.back_minor, order.currency).plain(),  # type: ignore[attr-defined]
        ]


def _attendees(rows: QuerySet[Ticket]) -> Iterator[list[Any]]:
    for ticket in csv_stream.in_chunks(rows):
        order = ticket.unit.line.order
        yield [
            ticket.reference,
            ticket.holder_name or order.name,
            ticket.event.title,
            ticket.variant.name,
            ticket.place_label,
            ticket.get_state_display(),
            _time(ticket.entered_at, ticket.event),  # type: ignore[attr-defined]
            order.reference,
            order.name,
            order.email,
        ]


def _time(moment: datetime | None, event: Event) -> str:
    return f"{localtime(moment, event.zone):%Y-%m-%d %H:%M}" if moment else ""
