"""Who may watch a board, asked from scratch each time: a session may end, and so may a right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.events.models import Event

# A screen in the hall, a laptop, a phone or two.
OF_ONE_USER_MAX = 6

_watching: Counter[int] = Counter()


def watched(request: HttpRequest, slug: str) -> tuple[Event, int]:
    """
    The event, and who watches (a user's id). The process of streams has no middleware: whoever asks is
    found here.

    :raises NotAtThisDoor:
    """
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    here, user = members_door(request, slug, to=Capability.SCAN)
    return here.event, user.pk


def has_room(user: int) -> bool:
    """For one more stream of this user, and in this process."""
    return _watching[user] < OF_ONE_USER_MAX and _watching.total() < settings.LIVE_STREAMS_MAX


@contextmanager
def counted(user: int) -> Iterator[None]:
    _watching[user] += 1
    try:
        yield
    finally:
        _watching[user] -= 1
        if not _watching[user]:
            del _watching[user]
