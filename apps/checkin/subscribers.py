from __future__ import annotations

from datetime import datetime

from apps.checkin.services.settings import retell_some
from apps.events.models import Event
from apps.outbox.models import Message


def rule_changed(message: Message, *, at: datetime) -> None:
    event = Event.objects.select_related("door_settings").get(pk=message.payload["id"])
    retell_some(event, after=message.payload["after"], at=at)
