"""A payout: what it pays, and what an operator can do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.console.desk import Asking, Desk
from apps.console.forms.money import ProviderIdsForm
from apps.console.forms.orders import ReasonForm
from apps.console.forms.team import SureForm
from apps.console.words import provider_words
from apps.core import csv_stream
from apps.core.transitions import IllegalTransition, LostRace
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError, InsufficientFunds
from apps.payouts import statement_csv
from apps.payouts.models import Payout
from apps.payouts.problems import explain
from apps.payouts.services.apply import Contradiction
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.payee import NotPayable, PayeeTooNew
from apps.payouts.services.persons import NeedsTwoPersons, SamePerson, has_decided, takes_two
from apps.payouts.services.propose import propose_all
from apps.payouts.services.resolve import found, not_found
from apps.payouts.services.take_back import UNDOABLE, NotUndoable, take_back
from apps.payouts.statement import statement
from apps.payouts.states import WAITING, PayoutState
from apps.trail.models import MoneyAct

# The first that fits is told.
_REFUSED: dict[type[Exception], Any] = {
    PayeeTooNew: gettext_lazy("The account is new: it is paid when three days have passed."),
    NeedsTwoPersons: gettext_lazy("Two persons have to approve it."),
    SamePerson: gettext_lazy("You have decided already: a second person has to."),
    NotPayable: gettext_lazy("The organizer cannot be paid at this provider now."),
    NotUndoable: gettext_lazy("It is too early or too late for that."),
    InsufficientFunds: gettext_lazy("The organizer has drawn the money already."),
    Contradiction: gettext_lazy("That is another payout: amount or reference differ."),
    GatewayError: gettext_lazy("The provider could not be asked just now. Please try again."),
    IllegalTransition: gettext_lazy("It has changed meanwhile."),
    LostRace: gettext_lazy("It has changed meanwhile."),
}


def overview(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    operator = desk.access(request).everybody
    acts = MoneyAct.objects.about(payout).order_by("pk") if operator else None
    waits = operator and payout.state in WAITING
    decided = has_decided(payout, desk.actor(request))
    return desk.render(
        request,
        "console/payout.html",
        payout,
        title=payout.reference,
        payout=payout,
        problems=explain(payout),
        statement=statement(payout),
        acts=acts,
        approvable=waits and not decided,
        decided=waits and decided,
        cancellable=operator and payout.state in {*WAITING, PayoutState.APPROVED},
        undoable=operator and payout.state == UNDOABLE[Kind(payout.provider)],
        unresolved=operator and payout.outcome_unknown,
    )


def pdf(_request: HttpRequest, _desk: Desk, payout: Payout) -> HttpResponse:
    from apps.payouts.statement_pdf import statement_pdf  # late, as in tickets/pdf.py

    answer = HttpResponse(statement_pdf(statement(payout)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{payout.reference}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def csv(_request: HttpRequest, _desk: Desk, payout: Payout) -> StreamingHttpResponse:
    return csv_stream.response(payout.reference, statement_csv.head(), statement_csv.rows(payout))


def run(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Propose a payout for everybody who is owed something."""
    if request.method == "POST":
        made = len(list(propose_all(at=now(), actor=desk.actor(request))))
        if made:
            told = ngettext("%d payout proposed.", "%d payouts proposed.", made) % made
            messages.success(request, told)
        else:
            messages.info(request, _("There is nothing to pay out now."))
        return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Propose payouts"),
            form=SureForm(),
            button=_("Propose"),
            lines=[
                _("For every organizer, provider and currency with money that is available now."),
                _("Nothing is sent before each payout is approved."),
            ],
        ),
    )


def approval(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    if payout.state not in WAITING:
        messages.warning(request, _("It has changed meanwhile."))
        return redirect(desk.url("overview", payout))
    if request.method == "POST":
        return _do(
            request, desk, payout, partial(approve, payout, actor=desk.actor(request), at=now())
        )
    line = _("%(amount)s is sent to %(organizer)s at %(provider)s: %(destination)s.")
    words = {
        "amount": payout.amount,
        "organizer": payout.organizer,
        "provider": provider_words(payout.provider),
        "destination": payout.destination,
    }
    lines = [line % words]
    if payout.two_persons or takes_two(payout.amount):
        lines.append(_("It is above the amount one person may decide: two have to approve it."))
    back = desk.url("overview", payout)
    title = _("Approve")
    return desk.ask(request, payout, Asking(title, SureForm(), title, lines, back=back))


def cancellation(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = partial(cancel, payout, actor=desk.actor(request), reason=reason, at=now())
        return _do(request, desk, payout, act)
    line = _("Nothing is sent. %s is owed again.") % payout.amount
    return desk.ask_before(request, payout, title=_("Cancel the payout"), line=line, form=form)


def reversal(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    if request.method == "POST":
        return _do(
            request, desk, payout, partial(take_back, payout, actor=desk.actor(request), at=now())
        )
    line = _("The provider is asked to give %s back. It is then owed again.") % payout.amount
    return desk.ask_before(request, payout, title=_("Take back"), line=line, form=SureForm())


def finding(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    """Its outcome stayed unknown, and it was found at the provider."""
    form = ProviderIdsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ids = form.ids()
        act = partial(found, payout, ids, actor=desk.actor(request), at=now())
        return _do(request, desk, payout, act)
    line = _("Nobody knows whether it was paid. Type what you found at the provider.")
    return desk.ask_before(request, payout, title=_("It is there"), line=line, form=form)


def absence(request: HttpRequest, desk: Desk, payout: Payout) -> HttpResponse:
    """Its outcome stayed unknown, and it was never sent."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = partial(not_found, payout, actor=desk.actor(request), reason=reason, at=now())
        return _do(request, desk, payout, act)
    line = _("You looked at the provider and it was never sent. %s is owed again.") % payout.amount
    return desk.ask_before(request, payout, title=_("It is not there"), line=line, form=form)


def _do(
    request: HttpRequest, desk: Desk, payout: Payout, act: Callable[[], object]
) -> HttpResponse:
    try:
        act()
    except OwedLess as less:
        text = _("Only %s can be paid out by now. Cancel this payout and propose again.")
        messages.error(request, text % less.owed)
    except tuple(_REFUSED) as refused:
        cause = next(cause for cause in _REFUSED if isinstance(refused, cause))
        messages.error(request, str(_REFUSED[cause]))
    else:
        messages.success(request, _("Done."))
    return redirect(desk.url("overview", payout))
