"""At checkout: another code or none, a gift voucher or none. There is one field for both."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from apps.core.rate_limit import allow
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.access import exchange_key
from apps.orders.buyers import hash_address
from apps.orders.forms import CheckoutForm
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.services.change_code import change_code
from apps.orders.services.details import Details, note_details
from apps.orders.services.put_voucher import put_voucher, take_voucher_off
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import NotPayable
from apps.orders.views import refusals
from apps.orders.views.checkout import ORDERING, type_again
from apps.orders.views.loading import for_order
from apps.orders.views.missed import Miss, checkout_again
from apps.orders.views.typed import CODE, Typed, keep_typed
from apps.payments.gateways.errors import GatewayError
from apps.vouchers.check import enter
from apps.vouchers.texts import normalise

TRIES, SECONDS = 60, 600  # of one address: an office buys too, and a guesser gets nowhere


def may_try(address_hash: str) -> bool:
    return allow(f"code:{address_hash}", TRIES, SECONDS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_order
def change(request: HttpRequest, order: Order) -> HttpResponse:
    typed = "" if "without" in request.POST else request.POST.get("code", "")
    if request.method != "POST" or _is_as_before(request, order, typed):
        return redirect("orders:checkout", order.reference)
    prefetch_related_objects([order], "lines")
    if typed and not may_try(hash_address(request.META.get("REMOTE_ADDR", ""))):
        return _again(request, order, refusals.too_fast().text)
    try:
        new = _changed(request, order, typed)
    except NotPayable:
        return redirect("orders:order", order.reference)
    except Refused as refused:
        return _again(request, order, refused.refusals[0].text)
    except SoldOut as sold_out:
        return _again(request, order, refusals.sold_out(sold_out).text)
    except (VeryBusy, GatewayError) as trouble:
        return _again(request, order, refusals.of(trouble).text)
    response = _with_new_price(request, new)
    exchange_key(response, new, order_key(new))  # whoever could open the old one
    return response


def _is_as_before(request: HttpRequest, order: Order, typed: str) -> bool:
    if "without_voucher" in request.POST:
        return order.voucher is None
    return normalise(typed) == (order.code.text if order.code is not None else "")


def _changed(request: HttpRequest, order: Order, typed: str) -> Order:
    """A code makes another order of it; a gift voucher only pays."""
    details, at = _details(request, order), now()
    if "without_voucher" in request.POST:
        new = take_voucher_off(order, at=at)
    elif typed and enter(typed, order.event, at=at).voucher is not None:
        new = put_voucher(order, typed, at=at)
    else:
        return change_code(order, typed, details, at=at)
    note_details(new, details)
    return new


def _details(request: HttpRequest, order: Order) -> Details:
    """What was typed so far and is right."""
    form = CheckoutForm(order, request.POST)
    form.is_valid()
    return Details(
        email=form.cleaned_data.get("email", order.email).lower(),
        name=form.cleaned_data.get("name", order.name),
        holder_names=[form.cleaned_data.get(field, "") for field in form.holders],
        language=get_language() or order.language,
        billing=form.billing(),
    )


def _with_new_price(request: HttpRequest, order: Order) -> HttpResponse:
    if ORDERING in request.GET:
        response = checkout_again(order, Miss.NEW_PRICE, request.POST.get("provider", ""))
    else:
        response = redirect("orders:checkout", order.reference)
    keep_typed(response, order, Typed.of(request, CheckoutForm(order), CODE))
    return response


def _again(request: HttpRequest, order: Order, error: str) -> HttpResponse:
    """With all that was typed, and nothing said yet of what is missing."""
    return type_again(request, order, Typed.of(request, CheckoutForm(order), CODE, error))
