from __future__ import annotations

from django.db.models import F, QuerySet

from apps.events.models import Event


def touch(event_id: int) -> None:
    """Something its public page shows has changed: caches keyed by the revision are stale from now on."""
    _grow(Event.objects.filter(pk=event_id))


def touch_all_at(venue_id: int) -> None:
    _grow(Event.objects.filter(venue=venue_id))


def touch_all_of(organizer_id: int) -> None:
    _grow(Event.objects.filter(organizer=organizer_id))


def _grow(events: QuerySet[Event]) -> None:
    events.update(revision=F("revision") + 1)
