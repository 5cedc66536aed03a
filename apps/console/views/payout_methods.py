"""Where an organizer's money goes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.money import CodeForm, PayPalForm, StripeForm
from apps.console.words import provider_words
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import set_up
from apps.payouts.models import PayPalProof
from apps.payouts.services.connect import (
    NotProven,
    Pages,
    connect_paypal,
    connect_stripe,
    refresh,
)
from apps.payouts.services.prove_paypal import (
    ProofExpired,
    TooManyProofs,
    WrongCode,
    ask_for_proof,
    prove,
)

MONEY = Capability.MANAGE_PAYOUTS


def paypal(request: HttpRequest, desk: Desk) -> HttpResponse:
    _must_be_set_up(Kind.PAYPAL)
    form = PayPalForm(request.POST or None, organizers=desk.access(request).organizers(MONEY))
    if (
        request.method == "POST"
        and form.is_valid()
        and (on := _connect_paypal(request, desk, form))
    ):
        return redirect(on)
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Be paid by PayPal"),
            form=form,
            button=_("Save"),
            heading=_("PayPal"),
            lines=[
                _("Money that buyers pay by PayPal is sent there. Owners are told by mail."),
                _("To an e-mail we send a code first, to be sure that it is yours."),
            ],
        ),
    )


def paypal_code(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The code that was mailed to the address which is to be paid."""
    _must_be_set_up(Kind.PAYPAL)
    proof = _proof_of(request, desk)
    if proof is None:
        return redirect(desk.url("paypal"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _prove(request, desk, proof, form):
        return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Be paid by PayPal"),
            form=form,
            button=_("Confirm"),
            heading=_("PayPal"),
            lines=[_("We have sent a code to %s. It is valid for 30 minutes.") % proof.address],
            back=desk.url("paypal"),
            back_title=_("Another address"),
        ),
    )


def stripe(request: HttpRequest, desk: Desk) -> HttpResponse:
    _must_be_set_up(Kind.STRIPE)
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


def _must_be_set_up(provider: Kind) -> None:
    """What the shop has no credentials of is offered to nobody."""
    if provider not in set_up():
        raise Http404


def _connect_paypal(request: HttpRequest, desk: Desk, form: PayPalForm) -> str:
    """Where to go on; nothing when there is a mistake."""
    typed = form.cleaned_data
    who, actor = typed["organizer"], desk.actor(request)
    try:
        connect_paypal(who, typed["account"], actor=actor, at=now())
    except NotProven:
        return _ask_for_proof(request, desk, form)
    except ValidationError as wrong:
        form.add_error("account", wrong)
    except GatewayError:
        form.add_error(None, _unreachable(Kind.PAYPAL))
    else:
        messages.success(request, _("Saved. Owners are told by mail."))
        return desk.url("changelist")
    return ""


def _ask_for_proof(request: HttpRequest, desk: Desk, form: PayPalForm) -> str:
    typed = form.cleaned_data
    try:
        proof = ask_for_proof(
            typed["organizer"], typed["account"], actor=desk.actor(request), at=now()
        )
    except TooManyProofs:
        form.add_error("account", _("Too many codes were sent today. Please try again tomorrow."))
        return ""
    return f"{desk.url('paypal-code')}?proof={proof.pk}"


def _proof_of(request: HttpRequest, desk: Desk) -> PayPalProof | None:
    number = request.GET.get("proof", "")
    mine = PayPalProof.objects.filter(organizer__in=desk.access(request).organizers(MONEY))
    return mine.filter(pk=number).first() if number.isdecimal() else None


def _prove(request: HttpRequest, desk: Desk, proof: PayPalProof, form: CodeForm) -> bool:
    try:
        prove(proof, form.cleaned_data["code"], actor=desk.actor(request), at=now())
    except WrongCode as wrong:
        form.add_error("code", _("That is not the code. Tries left: %d") % wrong.left)
    except ProofExpired:
        form.add_error("code", _("This code is no longer valid. Type the address again."))
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
