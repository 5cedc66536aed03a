"""Details and provider on one page; the order button; and what comes back from the provider."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.rate_limit import allow
from apps.inventory.holds import NotOurs
from apps.orders.forms import CheckoutForm, ProviderForm
from apps.orders.models import Order
from apps.orders.receipt import policies_of, taxes
from apps.orders.selectors import payments_begun, seconds_left
from apps.orders.services.details import Details, save_details
from apps.orders.services.places import PlacesGone
from apps.orders.services.refused import Refused
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import (
    LIVING,
    Addresses,
    DetailsMissing,
    NotPayable,
    finish_free,
    start_payment,
)
from apps.orders.services.vouchers import VoucherGone
from apps.orders.states import UNPAID
from apps.orders.views.loading import for_bare_order, for_order, leads_to_providers
from apps.orders.views.missed import Miss, Told, checkout_again, forget_told, told
from apps.orders.views.typed import Typed, forget_text, forget_typed, keep_typed, read_typed
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import (
    Declined,
    GatewayError,
    Invalid,
    NotPermitted,
    Unsupported,
)
from apps.vouchers.texts import normalise

STARTS, SECONDS = 20, 600
ORDERING = "ordering"  # the mark of a form that was sent to order, with a code that is new

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_order
def checkout(request: HttpRequest, order: Order) -> HttpResponse:
    if order.state not in UNPAID or now() >= order.pay_by:
        return redirect("orders:order", order.reference)
    prefetch_related_objects([order], "lines")  # for the form, the page and the payment
    if request.method != "POST":
        return _begin(request, order)
    if _has_another_code(request, order):
        return _with_the_code(order)
    form = CheckoutForm(order, request.POST)
    if not form.is_valid():
        return type_again(request, order, Typed.of(request, form))
    details = Details(
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        holder_names=form.holder_names(),
        language=get_language() or "en",
        billing=form.billing(),
    )
    try:
        save_details(order, details, at=now())
    except NotPayable:
        return redirect("orders:order", order.reference)
    except Refused as refused:  # the order's code was used with this address
        return type_again(
            request, order, Typed.of(request, form, "email", refused.refusals[0].text)
        )
    response = _pay(order, form)
    forget_typed(request, response, order)
    return response


@require_POST
@for_order
def pay(request: HttpRequest, order: Order) -> HttpResponse:
    """Another try, perhaps with the other provider; the details are there already."""
    form = ProviderForm(order, request.POST)
    if not form.is_valid() or not order.terms_accepted_at:
        return redirect("orders:checkout", order.reference)
    return _pay(order, form)


@require_GET
@for_bare_order
def come_back(_request: HttpRequest, order: Order) -> HttpResponse:
    """From the provider's page. What is true is read from the provider, not from this address."""
    at = now()
    living = [payment for payment in payments_begun(order) if payment.state in LIVING]
    for payment in living:
        try:
            settle(payment, actor=order.buyer, at=at)
        except GatewayError as trouble:
            # The page says that it is being looked at; webhook and poll go on.
            log.warning("return_unsettled", payment=payment.reference, error=str(trouble))
    return redirect("orders:order", order.reference)


def _has_another_code(request: HttpRequest, order: Order) -> bool:
    """One that was typed, but whose button was not pressed."""
    typed = normalise(request.POST.get("code", ""))
    return bool(typed) and typed != (order.code.text if order.code is not None else "")


def _with_the_code(order: Order) -> HttpResponse:
    """Nobody orders at a price they have not seen: the form is sent to where codes are changed."""
    address = reverse("orders:code", args=[order.reference])
    return HttpResponse(status=307, headers={"Location": f"{address}?{ORDERING}=1"})


def type_again(request: HttpRequest, order: Order, typed: Typed) -> HttpResponse:
    """On the page, asked for again; at once for who typed more than fits into a cookie."""
    response = redirect("orders:checkout", order.reference)
    if keep_typed(response, order, typed):
        return response
    return _page(request, order, typed.form(order), typed, None, status=422)


def _begin(request: HttpRequest, order: Order) -> HttpResponse:
    typed, missed = read_typed(request, order), told(request)
    form = typed.form(order) if typed else CheckoutForm(order)
    if missed is not None and missed.provider:
        form.initial["provider"] = missed.provider
    response = _page(request, order, form, typed, missed)
    if typed is not None:
        forget_text(response, order, typed)
    forget_told(request, response, order)
    return response


def _page(
    request: HttpRequest,
    order: Order,
    form: CheckoutForm,
    typed: Typed | None,
    missed: Told | None,
    *,
    status: int = 200,
) -> HttpResponse:
    lines = list(order.lines.all())
    context = {
        "order": order,
        "event": order.event,
        "organizer": order.organizer,
        "lines": lines,
        "taxes": taxes(lines, order.currency),
        "policies": policies_of(lines, order.event),
        "seconds": seconds_left(order, at=now()),
        "form": form,
        "missed": missed,
        **(typed.of_code if typed else {}),
    }
    return leads_to_providers(render(request, "orders/checkout.html", context, status=status))


def _pay(order: Order, form: ProviderForm) -> HttpResponse:
    chosen = form.cleaned_data.get("provider", "")
    if not allow(f"pay:{order.reference}", STARTS, SECONDS):
        return checkout_again(order, Miss.TOO_FAST, chosen)
    try:
        if not order.due:
            finish_free(order, at=now())
            return redirect("orders:order", order.reference)
        payment = start_payment(order, Kind(chosen), _addresses(order), at=now())
    except (NotPayable, DetailsMissing):
        return redirect("orders:order", order.reference)
    except (NotOurs, PlacesGone) as gone:
        voucher = isinstance(gone, VoucherGone)
        return checkout_again(order, Miss.VOUCHER_GONE if voucher else Miss.PLACES_GONE, chosen)
    except (Declined, Unsupported, Invalid, NotPermitted) as no:  # trying again would not help
        log.warning("payment_start_refused", order=order.reference, error=str(no))
        return checkout_again(order, Miss.NOT_THIS_WAY, chosen)
    except GatewayError as trouble:
        log.warning("payment_start_failed", order=order.reference, error=str(trouble))
        return checkout_again(order, Miss.UNREACHABLE, chosen)
    if not payment.redirect_url:
        return redirect("orders:order", order.reference)
    response = HttpResponse(status=303, headers={"Location": payment.redirect_url})
    response["HX-Redirect"] = payment.redirect_url
    return response


def _addresses(order: Order) -> Addresses:
    """Without the order's key: it would stand in the provider's logs."""
    return Addresses(
        return_url=settings.PUBLIC_URL + reverse("orders:return", args=[order.reference]),
        cancel_url=settings.PUBLIC_URL + reverse("orders:order", args=[order.reference]),
    )
