"""A member chooses a door; the phone in their hand is then paired with it like any other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.checkin.doors import NotAtThisDoor, door_of, sign_in_url
from apps.checkin.rules import DOORS_CLOSE_AFTER_END
from apps.events.models import Event
from apps.events.states import EventState


@never_cache
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The events ahead whose door they may open. The door's page asks how many, before it asks for a code."""
    if not isinstance(request.user, User):
        return redirect(sign_in_url(request))
    open_from = now() - DOORS_CLOSE_AFTER_END
    mine = Event.objects.of(request.user, to=Capability.SCAN).filter(ends_at__gt=open_from)
    ahead = mine.exclude(state=EventState.CANCELLED).select_related("venue").soonest_first()
    page = render(request, "checkin/events.html", {"events": ahead})
    page["Events-Ahead"] = str(len(ahead))
    return page


@never_cache
@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """The one event of this address, for a member; a phone that is paired goes on to its door."""
    try:
        here = door_of(request, slug)
    except NotAtThisDoor:
        if request.user.is_authenticated:
            raise
        return redirect(sign_in_url(request))
    if here.device is not None:
        return redirect("checkin:index")
    return render(request, "checkin/events.html", {"events": [here.event]})
