"""What comes when, what waits because an account is new, and debts between providers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.money import NettingForm
from apps.console.forms.orders import ReasonForm
from apps.console.forms.team import SureForm
from apps.console.words import provider_words
from apps.payouts.coming import coming as coming_of
from apps.payouts.coming import now_of
from apps.payouts.models import Netting, PayeeWaiver
from apps.payouts.services.net import NothingToNet, net_debt
from apps.payouts.services.payee import waits_until
from apps.payouts.services.persons import SamePerson
from apps.payouts.services.waive_delay import NothingToWaive, ask_to_waive, confirm_waiver
from apps.trail.models import MoneyAct


def coming(request: HttpRequest, desk: Desk) -> HttpResponse:
    """For the promoter: how much is mine now, and when comes the rest."""
    mine = list(desk.access(request).organizers(Capability.MANAGE_PAYOUTS))
    at = now()
    return desk.render(
        request,
        "console/coming.html",
        None,
        title=_("Coming payouts"),
        calendars=[(one, now_of(one, at=at), coming_of(one, at=at)) for one in mine],
    )


def method(request: HttpRequest, desk: Desk, row: PayoutMethod) -> HttpResponse:
    """As operators see it: why it waits, and who has asked to pay it now."""
    until = waits_until(row, at=now())
    waiver = _open_waiver(row)
    return desk.render(
        request,
        "console/payee.html",
        row,
        title=provider_words(row.provider),
        method=row,
        until=until,
        waiver=waiver,
        acts=MoneyAct.objects.about(row).order_by("pk"),
    )


def waiver(request: HttpRequest, desk: Desk, row: PayoutMethod) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            ask_to_waive(row, reason=reason, actor=desk.actor(request), at=now())
        except NothingToWaive:
            messages.warning(request, _("It has changed meanwhile."))
        else:
            messages.success(request, _("A second person has to confirm it."))
        return redirect(desk.url("overview", row))
    line = _("%s is paid before three days have passed. A second person has to confirm it.")
    return desk.ask_before(
        request, row, title=_("Do not wait"), line=line % row.destination, form=form
    )


def confirmation(request: HttpRequest, desk: Desk, row: PayoutMethod) -> HttpResponse:
    asked = _open_waiver(row)
    if asked is None:
        messages.warning(request, _("It has changed meanwhile."))
        return redirect(desk.url("overview", row))
    if request.method == "POST":
        try:
            confirm_waiver(asked, actor=desk.actor(request), at=now())
        except SamePerson:
            messages.error(request, _("You have decided already: a second person has to."))
        except NothingToWaive:
            messages.warning(request, _("It has changed meanwhile."))
        else:
            messages.success(request, _("Done."))
        return redirect(desk.url("overview", row))
    line = _("%(destination)s is paid from now on. The reason: %(reason)s")
    words = {"destination": row.destination, "reason": asked.reason}
    return desk.ask_before(request, row, title=_("Confirm"), line=line % words, form=SureForm())


def netting(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    """A debt at one provider is settled from what is available at another."""
    form = NettingForm(request.POST or None, organizer=who)
    if request.method != "POST" and not form.debts:
        messages.info(request, _("There is no debt that could be settled from another provider."))
        return redirect(desk.url("overview", who))
    if request.method == "POST" and form.is_valid() and _net(request, desk, who, form):
        return redirect(desk.url("overview", who))
    lines = [
        _("What is owed to us at one provider is settled from what we owe at another."),
        _("No money moves between the providers; their balances do not change."),
    ]
    asking = Asking(
        title=_("Settle a debt"),
        form=form,
        button=_("Settle"),
        lines=lines,
        back=desk.url("overview", who),
    )
    return desk.ask(request, who, asking)


def _net(request: HttpRequest, desk: Desk, who: Organizer, form: NettingForm) -> bool:
    owing, paying, currency = form.cleaned_data["debt"].split(":")
    row = Netting(
        organizer=who,
        owing=owing,
        paying=paying,
        currency=currency,
        reason=form.cleaned_data["reason"],
        actor=desk.actor(request),
    )
    try:
        net_debt(row, at=now())
    except NothingToNet:
        form.add_error(None, _("It has changed meanwhile."))
        return False
    messages.success(request, _("%s settled.") % row.amount)
    return True


def _open_waiver(row: PayoutMethod) -> PayeeWaiver | None:
    if row.destination_since is None:
        return None
    asked = PayeeWaiver.objects.filter(method=row, destination_since=row.destination_since)
    return asked.filter(confirmed_at=None).first()
