from __future__ import annotations

from django.db.models import F

from apps.events.models import Event


def touch(event_id: int) -> None:
    """Something its public page shows has changed: caches keyed by the revision are stale from now on."""
    Event.objects.filter(pk=event_id).update(revision=F("revision") + 1)
