"""Where an organizer's money goes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.money import PayPalForm, StripeForm
from apps.console.words import provider_words
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError
from apps.payouts.services.connect import Pages, connect_paypal, connect_stripe, refresh

MONEY = Capability.MANAGE_PAYOUTS


def paypal(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = PayPalForm(request.POST or None, organizers=desk.access(request).organizers(MONEY))
    if request.method == "POST" and form.is_valid() and _connect_paypal(request, desk, form):
        return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Be paid by PayPal"),
            form=form,
            button=_("Save"),
            heading=_("PayPal"),
            lines=[_("Money that buyers pay by PayPal is sent there. Owners are told by mail.")],
        ),
    )


def stripe(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = StripeForm(request.POST or None, organizers=desk.access(request).organizers(MONEY))
    if request.method == "POST" and form.is_valid():
        organizer = form.cleaned_data["organizer"]
        url = _onboard(request, desk, organizer, form.cleaned_data["country"])
        if url:
            return desk.render(
                request, "console/onward.html", None, title=_("On to Stripe"), url=url
            )
        return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Be paid by Stripe"),
            form=form,
            button=_("Go on"),
            heading=_("Stripe"),
            lines=[
                _("Money that buyers pay by card is sent there."),
                _("Stripe asks who you are and for your bank account, on its own pages."),
            ],
        ),
    )


def overview(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    return desk.render(
        request,
        "console/payout_method.html",
        method,
        title=provider_words(method.provider),
        method=method,
    )


def look(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    """Ask the provider whether it can be paid by now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        refresh(method)
    except GatewayError:
        messages.error(request, _unreachable(method.provider))
    return redirect(desk.url("overview", method))


def _connect_paypal(request: HttpRequest, desk: Desk, form: PayPalForm) -> bool:
    typed = form.cleaned_data
    try:
        connect_paypal(typed["organizer"], typed["account"], actor=desk.actor(request), at=now())
    except ValidationError as wrong:
        form.add_error("account", wrong)
    except GatewayError:
        form.add_error(None, _unreachable(Kind.PAYPAL))
    else:
        messages.success(request, _("Saved. Owners are told by mail."))
        return True
    return False


def _onboard(request: HttpRequest, desk: Desk, organizer: Organizer, country: str) -> str:
    here = request.build_absolute_uri(desk.url("changelist"))
    again = request.build_absolute_uri(desk.url("stripe"))
    pages = Pages(return_url=here, refresh_url=again)
    try:
        onboarding = connect_stripe(
            organizer, country=country, pages=pages, actor=desk.actor(request), at=now()
        )
    except GatewayError:
        messages.error(request, _unreachable(Kind.STRIPE))
        return ""
    url = onboarding.url or ""
    return url if urlsplit(url).scheme in {"https", "http"} else ""


def _unreachable(provider: str) -> str:
    return _("%s could not be asked just now. Please try again.") % provider_words(provider)
