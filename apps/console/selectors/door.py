"""How an event fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMinute

from apps.checkin.models import Entry, Scan, Standing
from apps.events.models import Event
from apps.tickets.models import Ticket

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
    refused: int
    doubles: int
    slots: list[Slot]  # the last three hours in which somebody came

    @property
    def to_come(self) -> int:
        return max(self.expected - self.inside, 0)

    @property
    def busiest(self) -> Slot | None:
        return max(self.slots, key=lambda slot: slot.count, default=None)


def door_of(event: Event) -> Door:
    entries = Entry.objects.filter(event=event, undone_at=None)
    return Door(
        inside=entries.exclude(standing=Standing.DOUBLE).count(),
        expected=Ticket.objects.filter(event=event).living().count(),
        refused=Scan.objects.filter(event=event).refused().count(),
        doubles=entries.filter(standing=Standing.DOUBLE).count(),
        slots=_slots(event),
    )


def _slots(event: Event) -> list[Slot]:
    rows = (
        Entry.objects.filter(event=event, undone_at=None)
        .exclude(standing=Standing.DOUBLE)
        .annotate(minute=TruncMinute("at", tzinfo=event.zone))
        .values("minute")
        .annotate(n=Count("pk"))
        .order_by("minute")
    )
    counts: dict[datetime, int] = {}
    for row in rows:
        minute: datetime = row["minute"]
        slot = minute - timedelta(minutes=minute.minute % 10)
        counts[slot] = counts.get(slot, 0) + row["n"]
    if not counts:
        return []
    last = max(counts)
    first = max(min(counts), last - SLOT * (SLOTS_MAX - 1))
    number = int((last - first) / SLOT) + 1
    return [Slot(at, counts.get(at, 0)) for at in (first + SLOT * i for i in range(number))]
