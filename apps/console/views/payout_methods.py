"""Where an organizer's money goes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
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
from apps.payments.gateways.base import DISCONNECTED, Kind
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import set_up
from apps.payouts.models import PayPalProof
from apps.payouts.services.connect import (
    AccountGone,
    NotProven,
    Pages,
    connect_paypal,
    connect_stripe,
    go_on_at_stripe,
    refresh,
)
from apps.payouts.services.payee import waits_until
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
    form = StripeForm(
        request.POST or None,
        organizers=desk.access(request).organizers(MONEY),
        initial=request.GET.dict(),  # a link may say for which organizer
    )
    if request.method == "POST" and form.is_valid():
        organizer, country = form.cleaned_data["organizer"], form.cleaned_data["country"]
        return _lead_on(request, desk, _onboard(request, desk, organizer, country))
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


def stripe_back(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Stripe sends them here, with what they gave or because its link has run out."""
    method = _at_stripe(request, desk)
    if method is None:
        return redirect(desk.url("changelist"))
    if "again" in request.GET:
        messages.warning(request, _("That link to Stripe has run out. Here is a new one."))
        return _go_on(request, desk, method)
    _ask_again(request, method)
    return redirect(desk.url("overview", method))


def overview(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    asked = set_up()
    return desk.render(
        request,
        "console/payout_method.html",
        method,
        title=provider_words(method.provider),
        method=method,
        until=waits_until(method, at=now()),
        at_stripe=method.provider == Kind.STRIPE and Kind.STRIPE in asked,
        at_paypal=method.provider == Kind.PAYPAL and Kind.PAYPAL in asked,
        gone=DISCONNECTED in method.missing,
    )


def onward(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    """Back to Stripe's pages, with what it still asks for."""
    if request.method != "POST" or method.provider != Kind.STRIPE:
        return redirect(desk.url("overview", method))
    return _go_on(request, desk, method)


def look(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    """Ask the provider whether it can be paid by now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _ask_again(request, method)
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
    try:
        onboarding = connect_stripe(
            organizer,
            country=country,
            pages=_pages(desk, organizer),
            actor=desk.actor(request),
            at=now(),
        )
    except GatewayError:
        messages.error(request, _unreachable(Kind.STRIPE))
        return ""
    return onboarding.url


def _go_on(request: HttpRequest, desk: Desk, method: PayoutMethod) -> HttpResponse:
    try:
        url = go_on_at_stripe(method, pages=_pages(desk, method.organizer))
    except AccountGone:
        pass  # its page says so
    except GatewayError:
        messages.error(request, _unreachable(Kind.STRIPE))
    else:
        return _lead_on(request, desk, url)
    return redirect(desk.url("overview", method))


def _pages(desk: Desk, organizer: Organizer) -> Pages:
    back = f"{settings.PUBLIC_URL}{desk.url('stripe-back')}?organizer={organizer.pk}"
    return Pages(return_url=back, refresh_url=f"{back}&again")


def _lead_on(request: HttpRequest, desk: Desk, url: str) -> HttpResponse:
    """By a link: a form is only let through to hosts that are named, and which one it is, Stripe says."""
    if urlsplit(url).scheme not in {"https", "http"}:
        return redirect(desk.url("changelist"))
    return desk.render(request, "console/onward.html", None, title=_("On to Stripe"), url=url)


def _at_stripe(request: HttpRequest, desk: Desk) -> PayoutMethod | None:
    number = request.GET.get("organizer", "")
    methods = PayoutMethod.objects.filter(
        provider=Kind.STRIPE, organizer__in=desk.access(request).organizers(MONEY)
    )
    return methods.filter(organizer=int(number)).first() if number.isdecimal() else None


def _ask_again(request: HttpRequest, method: PayoutMethod) -> None:
    try:
        refresh(method)
    except GatewayError:
        messages.error(request, _unreachable(method.provider))


def _unreachable(provider: str) -> str:
    return _("%s could not be asked just now. Please try again.") % provider_words(provider)
