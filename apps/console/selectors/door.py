"""How an event fills."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.checkin.board.figures import Night
from apps.checkin.board.keep import board_of
from apps.events.models import Event

SLOT = timedelta(minutes=10)
SLOTS_MAX = 18


@dataclass(frozen=True, slots=True)
class Slot:
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Door:
    inside: int
    expected: int
    to_come: int
    refused: int
    doubles: int
    slots: list[Slot]  # the last three hours in which somebody came

    @property
    def busiest(self) -> Slot | None:
        return max(self.slots, key=lambda slot: slot.count, default=None)


def door_of(event: Event, *, at: datetime) -> Door:
    """The numbers of the door board, so that the two never differ."""
    night = board_of(event, at=at).night
    return Door(
        inside=night.inside,
        expected=night.expected,
        to_come=night.to_come,
        refused=night.refused,
        doubles=night.doubles,
        slots=_slots(night, event.zone),
    )


def _slots(night: Night, zone: ZoneInfo) -> list[Slot]:
    counts: Counter[datetime] = Counter()
    for minute in night.minutes:
        at = minute.at.astimezone(zone)
        counts[at - timedelta(minutes=at.minute % 10)] += minute.count
    if not counts:
        return []
    last = max(counts)
    first = max(min(counts), last - SLOT * (SLOTS_MAX - 1))
    number = int((last - first) / SLOT) + 1
    return [Slot(at, counts[at]) for at in (first + SLOT * i for i in range(number))]
