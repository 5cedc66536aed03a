"""What was scanned, and taking an entry back that was none."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.checkin.doors import door_of
from apps.checkin.models import Entry, Scan
from apps.checkin.selectors import counts
from apps.checkin.services.undo import AlreadyUndone, undo

PAGE_ROWS = 50


@never_cache
@require_safe
def scans(request: HttpRequest, slug: str) -> HttpResponse:
    here = door_of(request, slug)
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


@require_POST
def reversal(request: HttpRequest, slug: str, scan_id: str) -> HttpResponse:
    """They did not go in after all."""
    here = door_of(request, slug)
    entry = get_object_or_404(Entry, scan_id=scan_id, event=here.event)
    try:
        undo(entry, actor=here.actor, at=now())
    except AlreadyUndone:
        messages.info(request, _("Somebody undid this entry before."))
    else:
        messages.success(request, _("Undone. The ticket opens the door again."))
    return redirect("checkin:scans", slug)
