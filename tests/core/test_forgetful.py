from __future__ import annotations

import socket
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.core.cache import cache, caches
from pytest_django import Settings
from redis.exceptions import RedisError


@pytest.mark.usefixtures("redis_away")
def test_while_redis_is_away_everything_is_forgotten() -> None:
    cache.set("kept", 1)
    cache.set_many({"kept": 1})
    assert cache.get("kept", "nothing") == "nothing"
    assert cache.get_many(["kept"]) == {}
    assert "kept" not in cache
    assert not cache.touch("kept")
    assert not cache.delete("kept")
    cache.delete_many(["kept"])
    assert cache.add("turn", 1)  # nobody was before us
    assert cache.incr("tries") == 1


@pytest.mark.usefixtures("redis_away")
def test_who_has_to_know_is_told() -> None:
    with pytest.raises(RedisError):
        caches["redis"].get("heartbeat:relay")


def test_both_are_one_cache() -> None:
    caches["redis"].set("kept", "by one")
    assert cache.get("kept") == "by one"


@pytest.fixture
def hanging(settings: Settings) -> Iterator[socket.socket]:
    """It takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        moved = deepcopy(settings.CACHES)
        for one in moved.values():
            one["LOCATION"] = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
            one["OPTIONS"]["socket_timeout"] = 0.05
        settings.CACHES = moved
        yield server


def calls(server: socket.socket) -> int:
    """Since the last time it was asked."""
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_one_that_hangs_is_asked_once_for_a_page(hanging: socket.socket) -> None:
    for _ in range(3):
        with pytest.raises(RedisError):
            caches["redis"].get("page")
    assert calls(hanging) == 3
    assert [cache.get("page") for _ in range(3)] == [None, None, None]
    assert calls(hanging) == 1
    cache.delete("session")  # somebody signs out: that is always tried
    assert calls(hanging) == 1
