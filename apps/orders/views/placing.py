"""
From the event page's form to an order that holds places. Whatever is no order is told on a page of its
own after a redirect (`chosen.py`): the selection again, or the choice between two orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.asked_often import AskedOften
from apps.core.rate_limit import allow
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory.availability import learn
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
from apps.orders.views.chosen import Chosen, Said, chosen_again, forget_said, read_chosen
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def selection(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST" and _is_new(request):
        return _introduce(request, slug)
    if (event := _EVENTS.first(slug)) is None:
        raise Http404
    return _create(request, event) if request.method == "POST" else _show(request, event)


def _create(request: HttpRequest, event: Event) -> HttpResponse:
    buyer = buyer_of(request)
    selection = Selection(event, heads_of(request.POST.dict()), request.POST.get("code", ""))
    if (answer := _without_order(request, selection, buyer)) is not None:
        return answer
    try:
        order = _order_for(request, selection, buyer)
    except OpenOrderExists as exists:
        if same_selection(exists.order, selection):
            return redirect("orders:checkout", exists.order.reference)
        return _again(request, Chosen(selection, begun=True))
    except Refused as refused:
        return _refused(request, selection, *refused.refusals)
    except SoldOut as sold_out:
        learn(sold_out.quota, sold_out.left)
        return _refused(request, selection, refusals.sold_out(sold_out))
    except (TooManyHolds, VeryBusy, UnknownVariant, GatewayError) as trouble:
        return _refused(request, selection, refusals.of(trouble))
    return redirect("orders:checkout", order.reference)


def _without_order(request: HttpRequest, selection: Selection, buyer: Buyer) -> HttpResponse | None:
    """For who could not find their order again, tries too often, or only asks what a code does."""
    if not is_known(request):
        return _without_cookies(selection)
    if not _may_try(selection, buyer):
        return _refused(request, selection.without_code(), refusals.too_fast())
    if LOOK in request.POST:
        return _again(request, Chosen(selection))
    return None


def _without_cookies(selection: Selection) -> HttpResponse:
    """The choice goes into the address; its code does not, since addresses are logged."""
    heads = {f"{HEADS_PREFIX}{variant}": count for variant, count in selection.heads.items()}
    address = reverse("orders:place", args=[selection.event.slug])
    return redirect(f"{address}?{urlencode({**heads, INTRODUCED: 1})}")


def _read_address(request: HttpRequest, event: Event) -> Chosen | None:
    if INTRODUCED not in request.GET:
        return None
    said = () if is_known(request) else (Said.of(refusals.no_cookies()),)
    return Chosen(Selection(event, heads_of(request.GET.dict())), said)


def _may_try(selection: Selection, buyer: Buyer) -> bool:
    often = allow(f"place:{buyer.address_hash}", ATTEMPTS, SECONDS)
    return often and (not selection.code or may_try(buyer.address_hash))


def _is_new(request: HttpRequest) -> bool:
    asked_again = INTRODUCED in request.GET
    return not is_known(request) and not asked_again


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


def _refused(request: HttpRequest, selection: Selection, *refused: Refusal) -> HttpResponse:
    return _again(request, Chosen(selection, tuple(Said.of(refusal) for refusal in refused)))


def _again(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """On a page of its own; at once for who chose more than fits into a cookie."""
    again = chosen_again(chosen)
    return again or _page(request, chosen, status=422 if chosen.said else 200)


def _show(request: HttpRequest, event: Event) -> HttpResponse:
    kept = read_chosen(request, event)
    chosen = kept or _read_address(request, event)
    if chosen is None:
        return redirect("shop:event", event.slug)
    response = _page(request, chosen, status=200)
    if kept is not None:
        forget_said(response, kept)
    return response


def _page(request: HttpRequest, chosen: Chosen, *, status: int) -> HttpResponse:
    selection = chosen.selection
    if chosen.begun:
        begun = Order.objects.unpaid().filter(buyer=buyer_of(request).key, event=selection.event)
        with suppress(UnknownVariant):  # one that is gone since
            if (order := begun.first()) is not None:
                return _continue_or_replace(request, selection, order)
    return _selection_page(request, selection, chosen.said, status=status)


def _continue_or_replace(request: HttpRequest, selection: Selection, order: Order) -> HttpResponse:
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
    return render(request, "orders/replace.html", context)


def _selection_page(
    request: HttpRequest, selection: Selection, said: Sequence[Said], *, status: int
) -> HttpResponse:
    """The selection as it was typed, with what speaks against it, or at the prices of its code."""
    at = now()
    entered = enter(selection.code, selection.event, at=at)
    if entered.refusal is not None and not said:
        said = [Said.of(entered.refusal)]
    errors = {one.variant: one.text for one in said if one.variant is not None}
    offered = offers(selection.event, at=at, chosen=selection.heads, errors=errors, entered=entered)
    lines = {offer.variant.pk for offer in offered}
    context = {
        "event": selection.event,
        "offers": offered,
        # Of no line, or of one that is not shown any more.
        "errors": [one.text for one in said if one.variant not in lines and not one.of_code],
        "code_error": next((one.text for one in said if one.of_code), ""),
        "refused": bool(said),
        "entered": entered,
        "code": selection.code,
    }
    return render(request, "orders/selection.html", context, status=status)
