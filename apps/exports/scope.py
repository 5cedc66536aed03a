"""Of whom, of what and of when an export is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Organizer
from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class Scope:
    """organizer: empty for all of them, which only operators may ask; event: empty for all."""

    organizer: Organizer | None
    event: Event | None
    first: date
    last: date
    zone: tzinfo

    @property
    def one_organizer(self) -> Organizer:
        """Where all of them together make no sense."""
        if self.organizer is None:
            raise ValueError("this is of one organizer")
        return self.organizer

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """The first moment that is not in it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    def within(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        """moment: the path to when a row happened."""
        return rows.filter(**{f"{moment}__gte": self.since, f"{moment}__lt": self.until})

    def owned(self, rows: QuerySet[Any], *, organizer: str, event: str = "") -> QuerySet[Any]:
        """By the paths from a row to both."""
        if self.organizer:
            rows = rows.filter(**{organizer: self.organizer})
        if self.event and event:
            rows = rows.filter(**{event: self.event})
        return rows


def zone_of(organizer: Organizer | None, event: Event | None) -> tzinfo:
    """The event's; without one where the organizer does things."""
    if event:
        return event.zone
    latest = Event.objects.filter(organizer=organizer).order_by("-pk").first()
    return latest.zone if latest else UTC
