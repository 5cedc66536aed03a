"""While the provider is down, one mail tries at a time."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis

from apps.notifications import breaker
from apps.notifications.breaker import PAUSE_FIRST, PAUSE_MAX, failed, wait, worked


def pause_seconds() -> int:
    """Django's cache does not say how long a key still lives; the server behind it does."""
    with Redis.from_url(settings.REDIS_URL) as server:
        return int(str(server.ttl(cache.make_key(breaker._PAUSED))))


def pause() -> float:
    waiting = wait()
    assert waiting is not None
    return waiting.total_seconds()


def test_at_first_everybody_tries() -> None:
    assert wait() is None
    assert wait() is None


def test_after_a_failure_everybody_waits_and_then_one_tries() -> None:
    failed()
    assert pause() == pytest.approx(20, abs=1)
    cache.delete(breaker._PAUSED)  # the pause is over
    assert wait() is None
    assert wait() == PAUSE_FIRST


def test_pauses_grow_up_to_a_limit() -> None:
    seen = []
    for _failure in range(7):
        failed()
        seen.append(pause_seconds())
        assert pause() == pytest.approx(seen[-1], abs=2)  # nobody asks again before it is over
    assert seen[:3] == pytest.approx([20, 40, 80], abs=1)
    assert seen[-1] == pytest.approx(PAUSE_MAX.total_seconds(), abs=1)


def test_one_success_opens_the_door_for_all() -> None:
    failed()
    failed()
    worked()
    assert wait() is None
    assert wait() is None
    failed()
    assert pause_seconds() == pytest.approx(PAUSE_FIRST.total_seconds(), abs=1)
