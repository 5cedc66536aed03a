"""The buyer's own refund: choose tickets, see what comes back and why, confirm. Works without scripts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.checkin.models import Entry
from apps.core.money import Money, total
from apps.core.rate_limit import allow
from apps.orders.models import Order, OrderRefund
from apps.orders.refund_ways import ways_now
from apps.orders.services.give_back import KeyReused, NotRefundable
from apps.orders.services.return_tickets import (
    NotReturnable,
    Returnable,
    parts_of,
    refused,
    return_tickets,
    returnable,
)
from apps.orders.views.loading import for_order
from apps.tickets.models import Ticket

TRIES, HOUR = 10, 3600
UNITS_MAX = 200


def went_in(tickets: Sequence[Ticket]) -> set[int]:
    entries = Entry.objects.standing().filter(ticket__in=[ticket.pk for ticket in tickets])
    return set(entries.values_list("ticket", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
@for_order
def giving_back(request: HttpRequest, order: Order) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    asked = _numbers(typed.getlist("unit"))
    if request.method == "POST":
        return _give_back(request, order, asked)
    if no := refused(order):
        messages.error(request, no)
        return redirect("orders:order", order.reference)
    rows = returnable(order, went_in=went_in, at=now())
    chosen = [row for row in rows if row.unit.pk in asked and not row.no]
    context = {
        "order": order,
        "event": order.event,
        "organizer": order.organizer,
        "rows": rows,
        "open": any(not row.no for row in rows),
        "none_chosen": "choose" in request.GET and not chosen,
        "chosen": chosen,
        "key": uuid.uuid4(),
        **(_sums(order, chosen) if chosen else {}),
    }
    return render(request, "orders/refund.html", context)


def _give_back(request: HttpRequest, order: Order, asked: set[int]) -> HttpResponse:
    if not allow(f"refund:{order.reference}", TRIES, HOUR):
        messages.error(request, _("That was many tries in a short time. Wait a few minutes."))
        return redirect("orders:order", order.reference)
    key = f"buyer:{request.POST.get('key', '')[:60]}"
    try:
        made = return_tickets(order, asked, key=key, went_in=went_in, at=now())
    except (NotReturnable, NotRefundable, KeyReused):
        messages.error(request, _("That has changed meanwhile. Look again what can be given back."))
        return redirect("shop:refund", order.reference)
    messages.success(request, _said(made))
    return redirect("orders:order", order.reference)


def _said(made: OrderRefund) -> str:
    if made.refund is not None:
        words = _(
            "%(amount)s is on its way back to you. What you gave back does not admit any more."
        )
        return words % {"amount": made.to_provider}
    if made.voucher is not None:
        words = _(
            "%(amount)s is on your gift voucher again. What you gave back does not admit any more."
        )
        return words % {"amount": made.to_voucher}
    return _("Your tickets are given back. They do not admit any more.")


def _sums(order: Order, chosen: list[Returnable]) -> dict[str, object]:
    currency = order.currency
    back = total((row.back for row in chosen), currency)
    return {
        "paid": total((row.worth for row in chosen), currency),
        "back": back,
        "ways": ways_now(order, back),
        "kept": total((row.kept for row in chosen), currency),
        "tax": Money(sum(part.tax for part in parts_of(order, chosen)), currency),
    }


def _numbers(typed: list[str]) -> set[int]:
    return {int(number) for number in typed[:UNITS_MAX] if number.isdecimal() and len(number) < 19}
