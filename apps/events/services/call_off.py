from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core import transitions
from apps.events.models import Event
from apps.events.services.touch import touch
from apps.events.states import EventState
from apps.outbox.publish import publish


@transaction.atomic
def call_off(event: Event, *, reason: str, actor: str, at: datetime) -> None:
    """
    Nobody can buy any more. Who holds tickets is told, and gets the money back: workers do it, order
    by order (`event.called_off`).

    :raises IllegalTransition: it is not published.
    """
    transitions.move(event, EventState.CANCELLED, actor=actor, at=at, reason=reason)
    publish("event.called_off", about=event, at=at)
    touch(event.pk)
