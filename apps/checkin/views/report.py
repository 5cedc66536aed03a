"""The door after the night."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.roles import Capability
from apps.checkin.board.count import night_of
from apps.checkin.board.doubts import Case, cases_of
from apps.checkin.board.evidence import evidence_of
from apps.checkin.board.passages import entries_head, entries_rows, scans_head, scans_rows
from apps.checkin.board.picture import whole_night
from apps.checkin.doors import members_door
from apps.checkin.models import Doubt, Entry
from apps.core import csv_stream

PAGE_ENTRIES = 100
LISTED_MAX = 200  # double entries, and overruled refusals; the CSV has all


@never_cache
@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.SEE_ORDERS)
    event, at = here.event, now()
    night, cases = night_of(event, at=at), cases_of(event, at=at)
    entries = Entry.objects.filter(event=event).select_related("gate", "ticket__variant")
    page = Paginator(entries.order_by("at", "pk"), PAGE_ENTRIES).get_page(request.GET.get("page"))
    content = {
        "event": event,
        "here": "report",
        "at": at,
        "night": night,
        "bars": whole_night(night.minutes, zone=event.zone),
        "open_doubts": sum(case.is_open for case in cases),
        "doubles": evidence_of(event, _some(cases, Doubt.DOUBLE)),
        "overrides": evidence_of(event, _some(cases, Doubt.OVERRIDE)),
        "page": page,
        "may_manage": here.may(Capability.MANAGE_EVENTS),
        "may_see_report": True,
    }
    return render(request, "checkin/report/report.html", content)


def _some(cases: Sequence[Case], kind: Doubt) -> list[Case]:
    """As they happened."""
    return [case for case in reversed(cases) if case.kind == kind][:LISTED_MAX]


@require_safe
def entries_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    here, _user = members_door(request, slug, to=Capability.SEE_ORDERS)
    return csv_stream.response(f"entries-{slug}", entries_head(), entries_rows(here.event))


@require_safe
def scans_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every look at a code, also refused ones."""
    here, _user = members_door(request, slug, to=Capability.SEE_ORDERS)
    return csv_stream.response(f"scans-{slug}", scans_head(), scans_rows(here.event))
