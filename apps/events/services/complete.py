from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core import transitions
from apps.events.models import Event
from apps.events.services.touch import touch
from apps.events.states import EventState

BATCH = 500


def complete_ended(*, at: datetime) -> int:
    """Published events whose end has passed are over. How many; more than BATCH wait for the next run."""
    ended = Event.objects.filter(state=EventState.PUBLISHED, ends_at__lte=at).order_by("id")[:BATCH]
    return sum(_complete(event, at) for event in ended)


@transaction.atomic
def _complete(event: Event, at: datetime) -> bool:
    try:
        transitions.move(event, EventState.COMPLETED, actor="system", at=at)
    except transitions.LostRace:
        return False  # called off, or completed by another worker, in between
    touch(event.pk)
    return True
