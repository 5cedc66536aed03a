"""
One board for all who watch: counted by one process at a time, at most once a second, and not at all
while nobody asks. A count may use a tenth of a core at most: the slower it is, the rarer.
"""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Max
from django.utils.timezone import now

from apps.checkin.board.count import night_of
from apps.checkin.board.devices import devices_of
from apps.checkin.board.doubles import latest_doubles
from apps.checkin.board.doubts import cases_of
from apps.checkin.board.figures import Board
from apps.checkin.models import Scan
from apps.events.models import Event

FRESH = timedelta(seconds=1)
# Ages and forecasts move by themselves, and not everything is told by a scan.
QUIET = timedelta(seconds=5)
KEPT_SECONDS = 600
COUNTING_SECONDS = 30  # after this somebody else may try
WAIT_SECONDS = 3.0
_LOOK_SECONDS = 0.05
_SHARE_OF_A_CORE = 10


def board_of(event: Event, *, at: datetime) -> Board:
    """As fresh as one second where something happens, five where nothing does."""
    kept: Board | None = cache.get(_key(event))
    if kept is not None and _age(kept, at) < FRESH:
        return kept
    if not cache.add(_turn(event), 1, timeout=COUNTING_SECONDS):
        return kept or _waited_for(event)
    # Somebody may have counted between our look and our turn.
    kept = cache.get(_key(event))
    if kept is not None and _age(kept, at) < FRESH:
        cache.delete(_turn(event))
        return kept
    return _counted_in_turn(event, kept, at=at)


def _counted_in_turn(event: Event, kept: Board | None, *, at: datetime) -> Board:
    began, rest = time.perf_counter(), 0
    try:
        news = _news(event)
        if kept is None or kept.news != news or _age(kept, at) >= QUIET:
            kept = _count(event, news=news, at=at)
            cache.set(_key(event), kept, timeout=KEPT_SECONDS)
        rest = max(1, math.ceil((time.perf_counter() - began) * _SHARE_OF_A_CORE))
        return kept
    finally:
        # The turn lapses by itself; after a failure the next one may try at once.
        cache.set(_turn(event), 1, timeout=rest)


def _age(board: Board, at: datetime) -> timedelta:
    """Whoever counted it may have a clock that is ahead of ours."""
    return abs(at - board.counted_at)


def _waited_for(event: Event) -> Board:
    """The first count of all is somebody else's."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
        kept: Board | None = cache.get(_key(event))
        if kept is not None:
            return kept
    return _count(event, news=_news(event), at=now())


def _count(event: Event, *, news: str, at: datetime) -> Board:
    return Board(
        counted_at=at,
        news=news,
        night=night_of(event, at=at),
        doubles=latest_doubles(event),
        devices=devices_of(event, at=at),
        open_doubts=sum(case.is_open for case in cases_of(event, at=at)),
    )


def _news(event: Event) -> str:
    """Changes with every scan that arrives; one step down an index."""
    return str(Scan.objects.filter(event=event).aggregate(last=Max("received_at"))["last"])


def _key(event: Event) -> str:
    return f"board:{event.pk}"


def _turn(event: Event) -> str:
    return f"board:{event.pk}:turn"
