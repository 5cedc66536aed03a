from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.checkin import devices
from apps.checkin.doors import door_of
from apps.checkin.selectors import counts, guests


@never_cache
@require_safe
def show_counts(request: HttpRequest, slug: str) -> JsonResponse:
    found = counts(door_of(request, slug).event)
    return JsonResponse(
        {"inside": found.inside, "expected": found.expected, "by_gate": found.by_gate}
    )


@never_cache
@require_safe
def show_guests(request: HttpRequest, slug: str) -> HttpResponse:
    """Rows for the name sheet of the door page."""
    event = door_of(request, slug).event
    found = guests(event, request.GET.get("q", "").replace("\x00", ""))
    return render(request, "checkin/guests.html", {"event": event, "tickets": found})


@require_POST
def leave(_request: HttpRequest, **_here: str) -> HttpResponse:
    """Drops the key from this phone."""
    response = redirect("checkin:index")
    devices.forget(response)
    return response
