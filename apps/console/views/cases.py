"""The case desk: the story, the fixes, one click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.forms.orders import ReasonForm
from apps.console.views.books import changes_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.ledger.models import Posting
from apps.payments.models import Payment, ProviderNotice
from apps.reconciliation.health import health
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import Case, Deed, Run
from apps.reconciliation.proposals import fixes_for
from apps.reconciliation.services.accept import NotOffered, accept
from apps.reconciliation.services.ignore import ignore, reopen
from apps.reconciliation.states import CaseState
from apps.reconciliation.words import outcome, provider_name, story, what_it_does

SHOWN = 20
RUNS_SHOWN = 10


def overview(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    is_open = case.state == CaseState.OPEN
    fixes = fixes_for(Kind(case.kind), case.story) if is_open else ()
    payment = Payment.objects.filter(pk=case.story.get("payment")).first()
    return desk.render(
        request,
        "console/case.html",
        case,
        title=case.get_kind_display(),
        case=case,
        provider=provider_name(case.provider),
        told=story(case),
        fixes=[(fix, fix.label, what_it_does(fix)) for fix in fixes],
        is_open=is_open,
        sources=list(_sources(case)),
        notices=_notices_about(payment) if payment else [],
        postings=_postings_about(case, payment),
        acts=_acts(case),
        changes=changes_of(case),
    )


def mending(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """One click: the button names the fix."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = redirect(desk.url("overview", case))
    fix, reason = request.POST.get("fix", ""), request.POST.get("reason", "").strip()[:200]
    if fix not in Fix.values:
        messages.error(request, _("This does not fit any more. Have a look at the case again."))
        return back
    try:
        done = accept(case, Fix(fix), actor=desk.actor(request), reason=reason, at=now())
    except NotOffered:
        messages.error(request, _("This does not fit any more. Have a look at the case again."))
    except (IllegalTransition, LostRace):
        messages.warning(request, _("It has changed meanwhile."))
    else:
        _say_how_it_went(request, done)
    return back


def ignoring(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _moved(request, desk, case, partial(ignore, case, reason=reason))
    line = _("Nothing is booked. The case opens again by itself when its sum changes.")
    return desk.ask_before(request, case, title=_("Ignore it"), line=line, form=form)


def reopening(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _moved(request, desk, case, partial(reopen, case, reason=reason))
    line = _("It waits for somebody again.")
    return desk.ask_before(request, case, title=_("Open it again"), line=line, form=form)


def providers(request: HttpRequest, desk: Desk) -> HttpResponse:
    return desk.render(
        request,
        "console/providers.html",
        None,
        title=_("Health of the providers"),
        providers=[(provider_name(one.provider), one) for one in health()],
        runs=Run.objects.order_by("-started_at", "-pk")[:RUNS_SHOWN],
    )


def _moved(request: HttpRequest, desk: Desk, case: Case, act: Callable[..., None]) -> HttpResponse:
    try:
        act(actor=desk.actor(request), at=now())
    except (IllegalTransition, LostRace):
        messages.warning(request, _("It has changed meanwhile."))
    return redirect(desk.url("overview", case))


def _say_how_it_went(request: HttpRequest, case: Case) -> None:
    last = case.acts.latest("pk")
    if case.state == CaseState.CLOSED:
        messages.success(request, _("Mended. The difference is gone."))
    elif last.deed == Deed.FAILED:
        messages.error(request, outcome(last.outcome))
    else:
        messages.warning(request, outcome(last.outcome))


def _acts(case: Case) -> list[dict[str, object]]:
    return [
        {
            "at": act.at,
            "deed": act.get_deed_display(),
            "fix": act.get_fix_display() if act.fix else "",
            "actor": act.actor,
            "said": act.reason or outcome(act.outcome),
        }
        for act in case.acts.order_by("pk")
    ]


def _sources(case: Case) -> list[tuple[str, str]]:
    """What it is about: a word and a subject that has a page."""
    labels = {
        "payment": (_("Payment"), "payments.payment"),
        "order": (_("Order"), "orders.order"),
        "refund": (_("Refund"), "payments.refund"),
        "payout": (_("Payout"), "payouts.payout"),
        "dispute": (_("Dispute"), "payments.dispute"),
        "line": (_("Line of the statement"), "reconciliation.balanceline"),
    }
    return [
        (word, f"{label}:{case.story[name]}")
        for name, (word, label) in labels.items()
        if case.story.get(name)
    ]


def _notices_about(payment: Payment) -> list[ProviderNotice]:
    known = Q(reference=payment.reference)
    for name in ("charge", "capture", "intent", "session", "order"):
        if name in payment.ids:
            known |= Q(ids__contains={name: payment.ids[name]})
    notices = ProviderNotice.objects.filter(known, provider=payment.provider).defer("body")
    return list(notices.order_by("-pk")[:SHOWN])


def _postings_about(case: Case, payment: Payment | None) -> list[Posting]:
    subjects = [case.subject, *([payment.purpose] if payment else [])]
    if payout := case.story.get("payout"):
        subjects.append(f"payouts.payout:{payout}")
    return list(Posting.objects.filter(subject__in=subjects).order_by("pk")[:SHOWN])
