"""Is this process alive; is everything it needs alive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.utils.dateparse import parse_datetime
from redis.exceptions import RedisError

STALE = timedelta(seconds=90)
HEARTBEATS = ("relay", "worker")
# The shop is ready without it: boards ask for their numbers then.
STREAMS = ("live",)


def beat(name: str, *, at: datetime) -> None:
    caches["redis"].set(f"heartbeat:{name}", at.isoformat(), timeout=600)


def trouble(*, at: datetime) -> dict[str, str]:
    """What is not ready, by name; empty when all is well."""
    found: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        found["database"] = type(error).__name__
    try:
        found |= stale(HEARTBEATS, at=at)
    except RedisError as error:
        found["redis"] = type(error).__name__
    return found


def stale(names: Iterable[str], *, at: datetime) -> dict[str, str]:
    """
    :raises RedisError: nobody knows.
    """
    found = {}
    for name in names:
        last = parse_datetime(caches["redis"].get(f"heartbeat:{name}") or "")
        if last is None:
            found[name] = "never seen"
        elif at - last > STALE:
            found[name] = f"last seen {last:%H:%M:%S} UTC"
    return found
