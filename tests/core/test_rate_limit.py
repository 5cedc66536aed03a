from __future__ import annotations

import uuid

import pytest
from pytest_django import Settings

from apps.core import rate_limit


@pytest.fixture
def key() -> str:
    return f"test:{uuid.uuid4()}"


def test_the_window_lets_through_as_many_as_it_says(key: str) -> None:
    assert [rate_limit.allow(key, 3, 60) for _ in range(5)] == [True, True, True, False, False]


def test_keys_are_counted_apart(key: str) -> None:
    assert rate_limit.allow(key, 1, 60)
    assert rate_limit.allow(f"{key}:other", 1, 60)
    assert not rate_limit.allow(key, 1, 60)


def test_a_window_ends(key: str) -> None:
    assert rate_limit.allow(key, 1, 60)
    rate_limit._redis().delete(f"rate:{key}")  # what Redis does when the time is over
    assert rate_limit.allow(key, 1, 60)


def test_refused_attempts_do_not_prolong_the_window(key: str) -> None:
    rate_limit.allow(key, 1, 60)
    rate_limit._redis().expire(f"rate:{key}", 7)
    assert not rate_limit.allow(key, 1, 60)
    assert rate_limit._redis().ttl(f"rate:{key}") in {6, 7}


def test_without_redis_everything_is_allowed_and_nobody_waits(
    key: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.REDIS_URL = "unix:///nonexistent.sock"
    monkeypatch.setattr(rate_limit, "_redis", rate_limit._redis.__wrapped__)
    monkeypatch.setattr("redis.retry.sleep", lambda seconds: pytest.fail(f"waits {seconds} s"))
    assert all(rate_limit.allow(key, 1, 60) for _ in range(3))
    assert "rate limits are not counted" in caplog.text
