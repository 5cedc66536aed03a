"""From the event page's form to an order that holds places."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from apps.core.asked_often import AskedOften
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
from apps.orders.views.code import may_try
from apps.payments.gateways.errors import GatewayError
from apps.variants.pricing import quote
from apps.variants.refusals import Refusal
from apps.vouchers.check import enter

ATTEMPTS, SECONDS = 30, 60
LOOK = "look"  # the button that only asks what a code does
INTRODUCED = "introduced"  # the mark of a form that was sent again with the cookie


def _with_terms(slug: str) -> QuerySet[Event]:
    return Event.objects.public().select_related("organizer").with_fees().filter(slug=slug)


_EVENTS = AskedOften(_with_terms, "?")


@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    if _is_new(request):
        return _introduce(request, slug)
    if (event := _EVENTS.first(slug)) is None:
        raise Http404
    buyer = buyer_of(request)
    selection = Selection(event, heads_of(request.POST.dict()), request.POST.get("code", ""))
    if (answer := _without_order(request, selection, buyer)) is not None:
        return answer
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


def _without_order(request: HttpRequest, selection: Selection, buyer: Buyer) -> HttpResponse | None:
    """For who tries too often, only asks what a code does, or could not find their order again."""
    if not _may_try(selection, buyer):
        return _again(request, selection.without_code(), [refusals.too_fast()], status=429)
    if LOOK in request.POST:
        return _again(request, selection, [], status=200)
    if not is_known(request):
        return _again(request, selection, [refusals.no_cookies()])
    return None


def _may_try(selection: Selection, buyer: Buyer) -> bool:
    often = allow(f"place:{buyer.address_hash}", ATTEMPTS, SECONDS)
    return often and (not selection.code or may_try(buyer.address_hash))


def _is_new(request: HttpRequest) -> bool:
    asked_again = INTRODUCED in request.GET
    return not is_known(request) and not asked_again and LOOK not in request.POST


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
    at = now()
    entered = enter(selection.code, selection.event, at=at)
    terms = terms_of(selection.event, at=at)
    priced = quote(chosen, terms=terms, discount=entered.discount)
    context = {
        "event": selection.event,
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "prefix": HEADS_PREFIX,
        "priced": priced,
        "code": selection.code,
    }
    return render(request, "orders/replace.html", context, status=409)


def _again(
    request: HttpRequest,
    selection: Selection,
    refused: list[Refusal],
    *,
    status: int = 422,
) -> HttpResponse:
    """The selection as it was typed, with what speaks against it, or at the prices of its code."""
    at = now()
    entered = enter(selection.code, selection.event, at=at)
    if entered.refusal is not None and not refused:
        refused, status = [entered.refusal], 422
    errors = {e.variant.pk: e.text for e in refused if e.variant is not None}
    context = {
        "event": selection.event,
        "offers": offers(
            selection.event, at=at, chosen=selection.heads, errors=errors, entered=entered
        ),
        "errors": [e.text for e in refused if e.variant is None],
        "refused": bool(refused),
        "entered": entered,
        "code": selection.code,
    }
    return render(request, "orders/selection.html", context, status=status)
