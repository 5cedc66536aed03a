"""
When each provider last answered, and how often it did not: for the operators' page of its health. Kept
in the cache alone; losing it loses only that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from apps.payments.gateways import errors

T = TypeVar("T")

KEPT = timedelta(days=30)
COUNTED = timedelta(hours=24)
# It did not do its work; with any other error it has answered.
_NO_ANSWER = (errors.Unavailable, errors.OutcomeUnknown, errors.Throttled, errors.NotPermitted)


@dataclass(frozen=True, slots=True)
class Pulse:
    """failures: of the last 24 hours. error: the last one, with the time of it."""

    answered_at: datetime | None
    failed_at: datetime | None
    error: str
    failures: int
    events_read_at: datetime | None
    events_error: str  # of the last reading of the event list, "" when it went well


def felt(kind: str, call: Callable[[], T]) -> T:
    """The call, and a note of how it went."""
    try:
        answer = call()
    except _NO_ANSWER as error:
        _note_failure(kind, str(error))
        raise
    except errors.GatewayError:
        _note(kind, "answered", now().isoformat())
        raise
    _note(kind, "answered", now().isoformat())
    return answer


def note_events(kind: str, *, error: str = "") -> None:
    """The list of events, from which missed ones are fetched, was read, or could not be."""
    if not error:
        _note(kind, "events", now().isoformat())
    _note(kind, "events_error", error)


def pulse_of(kind: str) -> Pulse:
    """Nothing is known when the cache cannot be asked."""
    names = ("answered", "failed", "error", "events", "events_error")
    hours = _hours(kind)
    found = cache.get_many([*(_key(kind, name) for name in names), *hours])
    told = {name: str(found.get(_key(kind, name), "")) for name in names}
    return Pulse(
        answered_at=parse_datetime(told["answered"]),
        failed_at=parse_datetime(told["failed"]),
        error=told["error"],
        failures=sum(int(found.get(hour, 0)) for hour in hours),
        events_read_at=parse_datetime(told["events"]),
        events_error=told["events_error"],
    )


def _note(kind: str, name: str, value: str) -> None:
    cache.set(_key(kind, name), value, timeout=KEPT.total_seconds())


def _note_failure(kind: str, error: str) -> None:
    _note(kind, "failed", now().isoformat())
    _note(kind, "error", error[:200])
    hour = _hours(kind)[0]
    cache.add(hour, 0, timeout=(COUNTED * 2).total_seconds())
    with suppress(ValueError):  # it lapsed in between
        cache.incr(hour)


def _hours(kind: str) -> list[str]:
    """The keys of the counts of the last 24 hours, this one first."""
    this = now()
    return [_key(kind, f"{this - timedelta(hours=back):%Y%m%d%H}") for back in range(24)]


def _key(kind: str, name: str) -> str:
    return f"pulse:{kind}:{name}"
