from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.checkin.doors import Door, door_at, door_of
from apps.checkin.forms import ScanForm
from apps.checkin.models import Entry, Mode, Scan
from apps.checkin.selectors import counts
from apps.checkin.services.look import Attempt
from apps.checkin.services.scan import ScanIdReused, scan
from apps.checkin.services.undo import AlreadyUndone, undo
from apps.core import rate_limit

PAGE_ROWS = 50
SCANS_PER_WINDOW, WINDOW_SECONDS = (
    20,
    10,
)  # of one device; a person shows a ticket every second at most


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scans(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _record(request, slug)
    return _history(request, door_of(request, slug))


@require_POST
def reversal(request: HttpRequest, slug: str, scan_id: str) -> JsonResponse:
    """They did not go in after all."""
    here = door_of(request, slug)
    entry = get_object_or_404(Entry, scan_id=scan_id, event=here.event)
    try:
        undo(entry, actor=here.actor, at=now())
    except AlreadyUndone:
        return JsonResponse({"error": "already undone"}, status=409)
    return JsonResponse({"undone_at": entry.undone_at})


def _record(request: HttpRequest, slug: str) -> HttpResponse:
    form = ScanForm(_body(request))
    valid, sent = form.is_valid(), form.cleaned_data
    gate = sent.get("gate")
    here = door_at(request, slug, gate) if gate else door_of(request, slug)
    if not valid:
        return JsonResponse({"errors": form.errors}, status=400)
    # A paired phone has its name; a member says which of theirs it is.
    name = here.name if here.device else sent["device"]
    if not rate_limit.allow(f"scan:{here.actor}:{name}", SCANS_PER_WINDOW, WINDOW_SECONDS):
        return JsonResponse({"error": "too many scans"}, status=429)
    attempt = Attempt(
        event=here.event,
        code=sent["code"],
        scan_id=sent["scan_id"],
        scanned_at=sent["scanned_at"],
        actor=here.actor,
        gate=here.gate,
        device=here.device,
        device_name=name or here.name[:60],
        mode=Mode(sent["mode"]),
    )
    try:
        answer = scan(attempt, at=now())
    except ScanIdReused:
        return JsonResponse({"error": "scan_id belongs to another code"}, status=409)
    return HttpResponse(answer.text, content_type="application/json")


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _history(request: HttpRequest, here: Door) -> HttpResponse:
    looked = Scan.objects.filter(event=here.event).select_related(
        "gate", "ticket__variant", "entry"
    )
    only_refused = request.GET.get("only") == "refused"
    if only_refused:
        looked = looked.refused()
    page = Paginator(looked.newest_first(), PAGE_ROWS).get_page(request.GET.get("page"))
    shown = {
        "event": here.event,
        "page": page,
        "only_refused": only_refused,
        "counts": counts(here.event),
    }
    return render(request, "checkin/scans.html", shown)
