"""What operators do: decide about organizers, agree on money, set machinery going again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Organizer
from apps.accounts.services.agreement import change_agreement
from apps.accounts.services.decide import approve, reject, suspend
from apps.accounts.states import OrganizerState
from apps.console.desk import Asking, Desk
from apps.console.forms.orders import ReasonForm
from apps.console.forms.organizer import TermsOfTradeForm
from apps.console.forms.team import SureForm
from apps.console.selectors.fees import fees_of
from apps.console.selectors.money import books_of
from apps.console.views.books import changes_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.ledger.balances import owed
from apps.outbox.models import Delivery
from apps.outbox.retry import retry
from apps.payments.models import ProviderNotice
from apps.payments.services.replay import NothingToDo, replay


def organizer(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    return desk.render(
        request,
        "console/organizer.html",
        who,
        title=who.name,
        organizer=who,
        approvable=who.state != OrganizerState.APPROVED,
        rejectable=who.state == OrganizerState.APPLIED,
        suspendable=who.state == OrganizerState.APPROVED,
        team=who.memberships.select_related("user").order_by("pk"),
        methods=who.payout_methods.order_by("provider"),
        events=who.events.order_by("-starts_at")[:20],
        books=books_of([who.pk]),
        fees=fees_of(who, at=now()),
        owed=owed(who.pk),
        changes=changes_of(who),
    )


def approval(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    if request.method == "POST":
        act = partial(approve, who, actor=desk.actor(request), at=now())
        return _decided(request, desk, who, act)
    line = _("%s may publish events and sell tickets. Their team is told by mail.") % who.name
    return desk.ask_before(request, who, title=_("Approve"), line=line, form=SureForm())


def rejection(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = partial(reject, who, reason=reason, actor=desk.actor(request), at=now())
        return _decided(request, desk, who, act)
    line = _("%s may not sell. Their team reads your reason in a mail.") % who.name
    return desk.ask_before(request, who, title=_("Reject"), line=line, form=form)


def suspension(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = partial(suspend, who, reason=reason, actor=desk.actor(request), at=now())
        return _decided(request, desk, who, act)
    line = _(
        "Events of %s are not shown any more, nothing is paid out, and the team is locked out. "
        "What was sold stays sold."
    )
    return desk.ask_before(request, who, title=_("Suspend"), line=line % who.name, form=form)


def agreement(request: HttpRequest, desk: Desk, who: Organizer) -> HttpResponse:
    """When money is released."""
    form = TermsOfTradeForm(request.POST or None, instance=who)
    if request.method == "POST" and form.is_valid():
        change_agreement(who, form.cleaned_data, actor=desk.actor(request), at=now())
        desk.log_change(request, who, [{"changed": {"fields": form.changed_data}}])
        messages.success(request, _("Saved. It counts for orders from now on."))
        return redirect(desk.url("overview", who))
    asking = Asking(
        title=_("Release of money"),
        form=form,
        button=_("Save"),
        heading=_("Agreement"),
        back=desk.url("overview", who),
    )
    return desk.ask(request, who, asking)


def notice_replay(request: HttpRequest, desk: Desk, notice: ProviderNotice) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        replay(notice, at=now())
    except NothingToDo:
        messages.warning(request, _("Nobody works on notices of this kind."))
    else:
        messages.success(request, _("It is worked on again."))
    return redirect(desk.url("overview", notice))


def delivery_retry(request: HttpRequest, desk: Desk, delivery: Delivery) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if retry(Delivery.objects.filter(pk=delivery.pk), at=now()):
        messages.success(request, _("It is tried again."))
    else:
        messages.warning(request, _("It is not parked any more."))
    return redirect(desk.url("overview", delivery))


def deliveries_retry(request: HttpRequest, desk: Desk) -> HttpResponse:
    parked = Delivery.objects.parked()
    if request.method == "POST":
        count = retry(parked, at=now())
        told = ngettext("%d is tried again.", "%d are tried again.", count) % count
        messages.success(request, told)
        return redirect(desk.url("changelist"))
    count = parked.count()
    line = ngettext(
        "%d delivery had been given up. It is tried again.",
        "%d deliveries had been given up. All of them are tried again.",
        count,
    )
    asking = Asking(
        title=_("Retry what is parked"),
        form=SureForm(),
        button=_("Retry all"),
        lines=[line % count],
    )
    return desk.ask(request, None, asking)


def _decided(
    request: HttpRequest, desk: Desk, who: Organizer, act: Callable[[], None]
) -> HttpResponse:
    try:
        act()
    except (IllegalTransition, LostRace):
        messages.warning(request, _("It has changed meanwhile."))
    return redirect(desk.url("overview", who))
