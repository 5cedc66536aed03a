"""
While the mail provider is down, mails wait instead of holding up workers one by one.

Kept in the cache only: losing it costs one try too many.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.core.cache import cache

PAUSE_FIRST, PAUSE_MAX = timedelta(seconds=20), timedelta(minutes=5)
MOMENT = timedelta(seconds=1)
PROBE_MAX = timedelta(seconds=40)  # longer than a provider may take to answer
FORGET = timedelta(hours=1)

_FAILURES, _PAUSED, _PROBE = "mail:failures", "mail:paused", "mail:probe"


def wait() -> timedelta | None:
    """
    None: try. After a pause a single mail tries, and the others wait for what it finds. Nobody comes
    back within a pause: thousands that asked again and again would keep workers from everything else.
    """
    if not cache.get(_FAILURES):
        return None
    if until := cache.get(_PAUSED):
        return max(timedelta(seconds=until - time.time()), MOMENT)
    if cache.add(_PROBE, value=True, timeout=PROBE_MAX.total_seconds()):
        return None
    return PAUSE_FIRST


def failed() -> None:
    failures = _count()
    pause = min(PAUSE_FIRST * 2 ** min(failures - 1, 10), PAUSE_MAX)
    cache.set(_PAUSED, time.time() + pause.total_seconds(), timeout=pause.total_seconds())
    cache.delete(_PROBE)


def _count() -> int:
    cache.add(_FAILURES, 0, timeout=FORGET.total_seconds())
    try:
        return int(cache.incr(_FAILURES))
    except ValueError:  # forgotten in this very moment: Redis was emptied, or a mail went through
        return 1


def worked() -> None:
    if cache.get(_FAILURES):
        cache.delete_many([_FAILURES, _PAUSED, _PROBE])
