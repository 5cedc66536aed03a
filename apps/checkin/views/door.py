from __future__ import annotations

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.roles import Capability
from apps.checkin import devices
from apps.checkin.doors import Door, NotAtThisDoor, door_of, sign_in_url
from apps.checkin.models import Mode
from apps.checkin.selectors import counts, guests
from apps.checkin.words import words


@never_cache
@require_safe
# The reader of codes is WebAssembly. The decorator's types know only views without arguments.
@csp_update({"script-src": [WASM_UNSAFE_EVAL]})  # type: ignore[arg-type]
def door(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        here = door_of(request, slug)
    except NotAtThisDoor:
        if request.user.is_authenticated:
            raise
        return redirect(sign_in_url(request))
    page = {
        "door": here,
        "event": here.event,
        "gates": here.event.gates.all(),
        "modes": [Mode.DOOR, Mode.BOX_OFFICE],
        "may_manage": here.may(Capability.MANAGE_EVENTS),
        "words": words(),
        "config": _config(here),
    }
    return render(request, "checkin/door.html", page)


def _config(here: Door) -> dict[str, object]:
    slug = here.event.slug
    return {
        "scans": reverse("checkin:scans", args=[slug]),
        "reversal": reverse(
            "checkin:reversal", args=[slug, "00000000-0000-0000-0000-000000000000"]
        ),
        "counts": reverse("checkin:counts", args=[slug]),
        "guests": reverse("checkin:guests", args=[slug]),
        "detector": static("vendor/barcode-detector.js"),
        "wasm": static("vendor/zxing_reader.wasm"),
        "fallback": static("vendor/jsqr.js"),
        "key": f"door:{slug}",
        "device": here.name,
        "timezone": here.event.timezone,
        "language": get_language(),
    }


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
