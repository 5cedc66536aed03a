"""The order's own page: what is paid, what is going on, what can be done."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.rate_limit import allow
from apps.core.templatetags import look
from apps.orders.access import buyer_of, exchange_key
from apps.orders.forms import LostLinkForm
from apps.orders.models import Order, OrderLine
from apps.orders.receipt import policies_of, taxes
from apps.orders.see_you import see_you
from apps.orders.selectors import (
    Told,
    onto_vouchers,
    orders_of,
    payments_begun,
    refunds_told,
    seconds_left,
    status_of,
    told_of,
)
from apps.orders.services.ask_for_mail import NothingToMail, ask_for_links, ask_for_mail
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.confirm import tickets_of
from apps.orders.services.return_tickets import offer
from apps.orders.shown_tickets import admits, in_a_list
from apps.orders.states import UNPAID
from apps.orders.views.loading import find_order, for_order, leads_to_providers, unknown
from apps.payments.gateways.errors import GatewayError
from apps.payments.models import Payment
from apps.payments.reasons import explain
from apps.tickets.seen import What, note_view
from apps.tickets.states import LIVING

MAILS, HOUR = 5, 3600
PER_PAGE = 20


def order(request: HttpRequest, reference: str) -> HttpResponse:
    if "key" in request.GET:
        return _exchange(request, reference, request.GET["key"])
    return _order(request, reference)


@never_cache
@require_GET
def _exchange(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    found = find_order(reference)
    response = redirect("orders:order", reference)
    if found is None or not exchange_key(response, found, key):
        return unknown(request)
    return response


@require_GET
@for_order
def _order(request: HttpRequest, order: Order) -> HttpResponse:
    at = now()
    unpaid = order.state in UNPAID
    payment = _newest_payment(order) if unpaid else None
    marker = f"{order.state}-{payment.state if payment else ''}"
    if request.GET.get("seen") == marker:
        return HttpResponse(status=204)  # the page that waits has nothing new to show
    prefetch_related_objects([order], Prefetch("lines", OrderLine.objects.order_by("pk")))
    lines = list(order.lines.all())
    tickets = tickets_of(order)
    shown = in_a_list(tickets)
    note_view([one.ticket for one in shown if one.code], What.PAGE, at=at)
    told = Told([], [], []) if unpaid else refunds_told(order)
    context = {
        "order": order,
        "event": order.event,
        "organizer": order.organizer,
        "status": status_of(order, told),
        "see_you": see_you(order.event, look.first_name(order.name), at=at),
        "over": at >= order.event.ends_at,
        "lines": lines,
        "taxes": taxes(lines, order.currency),
        "tickets": shown,
        "admits": sum(admits(ticket) for ticket in tickets),  # so many
        "standing": any(ticket.state in LIVING for ticket in tickets),
        "payment": payment,
        "why": explain(payment.reason) if payment else None,
        "marker": marker,
        "refunds": told.going,
        "failed": told.failed,
        "bought_nothing": told.bought_nothing,
        "onto_vouchers": onto_vouchers(order) if order.paid_at else [],
        "giving_back": offer(order, lines, tickets, at=at),
        "policies": policies_of(lines, order.event),
        "seconds": seconds_left(order, at=at) if unpaid else 0,
        "can_pay": unpaid and at < order.pay_by,
        "can_cancel": unpaid,
    }
    return leads_to_providers(render(request, "orders/order.html", context))


def _newest_payment(order: Order) -> Payment | None:
    begun = payments_begun(order)
    return begun[-1] if begun else None


@require_POST
@for_order
def cancellation(request: HttpRequest, order: Order) -> HttpResponse:
    try:
        cancel(order, actor=order.buyer, reason="cancelled by the buyer", at=now())
    except NotCancellable:
        messages.error(request, _("Too late to cancel: it is paid, or the payment is on its way."))
    except GatewayError:
        messages.error(request, _("Your payment could not be checked. Try again in a moment."))
    return redirect("orders:order", order.reference)


@require_POST
@for_order
def mail(request: HttpRequest, order: Order) -> HttpResponse:
    if not allow(f"mail:{order.reference}", MAILS, HOUR):
        messages.error(request, _("We have sent it several times. Look into your spam folder."))
        return redirect("orders:order", order.reference)
    try:
        _refuse_if_none_admits(order)
        with transaction.atomic():
            ask_for_mail(order, actor=order.buyer, at=now())
    except NothingToMail:
        messages.error(request, _("There is nothing to send: no ticket of this order admits now."))
    else:
        messages.success(
            request, _("The mail is on its way to %(email)s.") % {"email": order.email}
        )
    return redirect("orders:order", order.reference)


def _refuse_if_none_admits(order: Order) -> None:
    """A letter about tickets that do not admit is not written."""
    if not any(admits(ticket) for ticket in tickets_of(order)):
        raise NothingToMail


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    pages = Paginator(orders_of(buyer_of(request)), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    told = told_of(page)
    orders = [(order, status_of(order, told[order.pk])) for order in page]
    return render(request, "orders/mine.html", {"orders": orders, "page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest) -> HttpResponse:
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    sent = False
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        address = request.META.get("REMOTE_ADDR", "")
        if allow(f"lost:{email}", MAILS, HOUR) and allow(f"lost:{address}", 20, HOUR):
            with transaction.atomic():
                ask_for_links(email, at=now())
        sent = True  # the same answer whether we know the address or not
    return render(request, "orders/lost_link.html", {"form": form, "sent": sent})
