from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.roles import Capability
from apps.checkin.board.drawing import Drawn, age_ms, drawn, message
from apps.checkin.board.keep import board_of
from apps.checkin.doors import NotAtThisDoor, members_door, sign_in_url
from apps.events.models import Event

RELOAD_SECONDS = 15  # without JavaScript


@never_cache
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        here, _user = members_door(request, slug, to=Capability.SCAN)
    except NotAtThisDoor:
        if request.user.is_authenticated:
            raise
        return redirect(sign_in_url(request))
    made = _drawn(here.event)
    page = {
        "event": here.event,
        "here": "board",
        "numbers": made.html,
        "age": age_ms(made.board, at=now()),
        "reload_seconds": RELOAD_SECONDS,
        "may_manage": here.may(Capability.MANAGE_EVENTS),
        "may_see_report": here.may(Capability.SEE_ORDERS),
    }
    return render(request, "checkin/board/board.html", page)


@never_cache
@require_safe
def numbers(request: HttpRequest, slug: str) -> JsonResponse:
    """As the stream tells them, for where it does not reach."""
    here, _user = members_door(request, slug, to=Capability.SCAN)
    return JsonResponse(message(_drawn(here.event), at=now()))


def _drawn(event: Event) -> Drawn:
    return drawn(event, board_of(event, at=now()), get_language() or event.language)
