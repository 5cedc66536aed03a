from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.roles import Capability
from apps.checkin.board.doubts import Case, cases_of
from apps.checkin.board.evidence import evidence_of
from apps.checkin.doors import members_door
from apps.checkin.forms import DoubtNoteForm
from apps.checkin.models import Device, Doubt
from apps.checkin.services.log import ENTRIES_MAX, take_in
from apps.checkin.services.note_doubt import NoSuchDoubt, Subject, note_doubt

PAGE_CASES = 25


@dataclass(frozen=True, slots=True)
class Chip:
    kind: str
    word: str
    open: int
    all: int


@never_cache
@require_safe
def doubts(request: HttpRequest, slug: str) -> HttpResponse:
    """kind: of Doubt, "" for each. all=1: also those somebody looked at."""
    here, _user = members_door(request, slug, to=Capability.SCAN)
    at = now()
    cases = cases_of(here.event, at=at)
    kind, show_all = request.GET.get("kind", ""), request.GET.get("all") == "1"
    shown = [case for case in cases if (show_all or case.is_open) and kind in {"", case.kind}]
    page = Paginator(shown, PAGE_CASES).get_page(request.GET.get("page"))
    content = {
        "event": here.event,
        "here": "doubts",
        "at": at,
        "chips": _chips(cases),
        "kind": kind,
        "show_all": show_all,
        "open": sum(case.is_open for case in cases),
        "looked_at": sum(not case.is_open for case in cases),
        "page": page,
        "evidence": evidence_of(here.event, list(page)),
        "form": DoubtNoteForm(),
        "may_manage": here.may(Capability.MANAGE_EVENTS),
        "may_see_report": here.may(Capability.SEE_ORDERS),
    }
    return render(request, "checkin/doubts/doubts.html", content)


@require_POST
def notes(request: HttpRequest, slug: str, kind: str, subject: str) -> HttpResponse:
    here, user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    form = DoubtNoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words what you found."))
        return _back(request, slug)
    try:
        note_doubt(
            Subject(here.event, kind, subject),
            text=form.cleaned_data["text"],
            actor=here.actor,
            name=user.name or user.email,
            at=now(),
        )
    except NoSuchDoubt as gone:
        raise Http404 from gone
    messages.success(request, _("Noted. Should more arrive about it, it is open again."))
    return _back(request, slug)


@require_POST
def taking_in(request: HttpRequest, slug: str, device_id: int) -> HttpResponse:
    """What a revoked phone brought counts after all."""
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    device = get_object_or_404(Device, event=here.event, pk=device_id)
    count = take_in(device, at=now())
    told = ngettext("%(n)s entry counts now.", "%(n)s entries count now.", count) % {"n": count}
    if count == ENTRIES_MAX:
        told = f"{told} {_('The rest follows within minutes.')}"
    messages.success(request, told)
    return _back(request, slug)


def _chips(cases: Sequence[Case]) -> list[Chip]:
    every = Counter(case.kind for case in cases)
    open_ones = Counter(case.kind for case in cases if case.is_open)
    return [
        Chip(kind.value, str(kind.label), open_ones[kind.value], every[kind.value])
        for kind in Doubt
        if every[kind.value]
    ]


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    """To the same list, by its own words only."""
    query = request.POST.get("list", "")
    kept = query if query in {"", *Doubt.values} else ""
    return redirect(f"{reverse('checkin:doubts', args=[slug])}{f'?kind={kept}' if kept else ''}")
