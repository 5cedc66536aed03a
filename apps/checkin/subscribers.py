from __future__ import annotations

from datetime import datetime, timedelta

from apps.checkin.models import Device
from apps.checkin.services.log import take_in
from apps.checkin.services.settings import STALE_FOR, retell_some
from apps.events.models import Event
from apps.outbox.deliver import RetryLater
from apps.outbox.models import Message


def rule_changed(message: Message, *, at: datetime) -> None:
    event = Event.objects.select_related("door_settings").get(pk=message.payload["id"])
    retell_some(event, after=message.payload["after"], at=at)


def rule_settled(message: Message, *, at: datetime) -> None:
    """Once more, when no scan can be under way any more that read the rule before."""
    wait = message.created_at + STALE_FOR - at
    if wait > timedelta(0):
        raise RetryLater(wait)
    event = Event.objects.select_related("door_settings").get(pk=message.payload["id"])
    retell_some(event, after=0, at=at)


def log_taken_in(message: Message, *, at: datetime) -> None:
    take_in(Device.objects.get(pk=message.payload["id"]), at=at)
