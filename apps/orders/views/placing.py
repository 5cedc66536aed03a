"""From the event page's form to an order that holds places."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from apps.core.rate_limit import allow
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.access import buyer_of, is_known, remember_browser
from apps.orders.buyers import Buyer
from apps.orders.forms import HEADS_PREFIX, heads_of
from apps.orders.models import Order
from apps.orders.offers import offers
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.place import (
    AlreadyPaid,
    Circumstances,
    OpenOrderExists,
    Selection,
    TooManyHolds,
    UnknownVariant,
    place,
    replace,
    same_selection,
)
from apps.orders.services.refused import Refused
from apps.orders.views import refusals
from apps.payments.gateways.errors import GatewayError
from apps.variants.pricing import quote
from apps.variants.refusals import Refusal

ATTEMPTS, SECONDS = 30, 60
INTRODUCED = "introduced"  # the mark of a form that was sent again with the cookie


@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    if not is_known(request) and INTRODUCED not in request.GET:
        return _introduce(request, slug)
    events = Event.objects.public().select_related("organizer").with_fees()
    event = get_object_or_404(events, slug=slug)
    buyer = buyer_of(request)
    selection = Selection(event, heads_of(request.POST.dict()))
    if not allow(f"place:{buyer.address_hash}", ATTEMPTS, SECONDS):
        return _again(request, selection, [refusals.too_fast()], status=429)
    if not is_known(request):
        return _again(request, selection, [refusals.no_cookies()])
    try:
        order = _order_for(request, selection, buyer)
    except OpenOrderExists as exists:
        return _continue_or_replace(request, selection, exists.order)
    except Refused as refused:
        return _again(request, selection, refused.refusals)
    except SoldOut as sold_out:
        return _again(request, selection, [refusals.sold_out(sold_out)], status=409)
    except (TooManyHolds, VeryBusy, UnknownVariant, GatewayError) as trouble:
        return _again(request, selection, [refusals.of(trouble)], status=409)
    return redirect("orders:checkout", order.reference)


def _introduce(request: HttpRequest, slug: str) -> HttpResponse:
    """
    A new browser gets its name first and sends the form again with it. An order made for a name that
    a second click has not heard of would be a second order.
    """
    address = f"{reverse('orders:place', args=[slug])}?{INTRODUCED}=1"
    response = HttpResponse(status=307, headers={"Location": address})
    remember_browser(request, response, buyer_of(request))
    return response


def _order_for(request: HttpRequest, selection: Selection, buyer: Buyer) -> Order:
    at = now()
    circumstances = Circumstances(language=get_language() or "en")
    old = _to_replace(request, selection.event, buyer)
    if old is None:
        return place(selection, buyer, circumstances, at=at)
    selection.lines()  # names no unknown variant, before anything is given up for it
    if abandon_payments(old, actor=buyer.key, at=at):
        raise OpenOrderExists(old)
    try:
        return replace(old, selection, buyer, circumstances, at=at)
    except AlreadyPaid as paid:
        return paid.order


def _to_replace(request: HttpRequest, event: Event, buyer: Buyer) -> Order | None:
    reference = request.POST.get("replace", "")
    if not reference:
        return None
    unpaid = Order.objects.unpaid().filter(buyer=buyer.key, event=event)
    return unpaid.filter(reference=reference).first()


def _continue_or_replace(request: HttpRequest, selection: Selection, order: Order) -> HttpResponse:
    if same_selection(order, selection):
        return redirect("orders:checkout", order.reference)
    chosen = selection.lines()
    priced = quote(chosen, terms=terms_of(selection.event, at=now()))
    context = {
        "event": selection.event,
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "prefix": HEADS_PREFIX,
        "priced": priced,
    }
    return render(request, "orders/replace.html", context, status=409)


def _again(
    request: HttpRequest,
    selection: Selection,
    refused: list[Refusal],
    *,
    status: int = 422,
) -> HttpResponse:
    """The selection as it was typed, with what speaks against it beside the lines."""
    errors = {e.variant.pk: e.text for e in refused if e.variant is not None}
    context = {
        "event": selection.event,
        "offers": offers(selection.event, at=now(), chosen=selection.heads, errors=errors),
        "errors": [e.text for e in refused if e.variant is None],
    }
    return render(request, "orders/selection.html", context, status=status)
