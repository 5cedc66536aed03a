from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.checkin import devices
from apps.checkin.rules import DOORS_CLOSE_AFTER_END
from apps.checkin.services.pair import NoSuchPairing, pair
from apps.events.models import Event
from apps.events.states import EventState


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Which door? A member chooses; a door link carries its key behind the #, where no log sees it."""
    if request.method == "POST":
        return _open(request)
    events = _doors(request.user) if isinstance(request.user, User) else []
    return render(request, "checkin/index.html", {"events": events})


def _doors(user: User) -> list[Event]:
    open_from = now() - DOORS_CLOSE_AFTER_END
    mine = Event.objects.of(user, to=Capability.SCAN).filter(ends_at__gt=open_from)
    return list(mine.exclude(state=EventState.CANCELLED).select_related("venue").soonest_first())


def _open(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("key", "").rpartition("#")[2].strip()
    try:
        device, secret = pair(code, name="", at=now())
    except NoSuchPairing:
        error = _("This key opens no door. Ask for a new one.")
        return render(request, "checkin/index.html", {"events": [], "error": error}, status=404)
    response = redirect("checkin:door", device.event.slug)
    devices.remember(response, secret, secure=request.is_secure())
    return response
