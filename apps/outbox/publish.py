from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, models

from apps.outbox.handlers import subscriptions
from apps.outbox.models import Delivery, Message


class UnknownTopic(Exception):
    """The topic is not in the table of subscriptions: nobody would ever hear of it."""


def publish(topic: str, *, about: models.Model, at: datetime, **payload: Any) -> Message:
    """
    Write a fact into the caller's transaction, with one delivery for each subscribed handler.

    payload: JSON values only; ids, not objects.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message must commit with the change it reports")
    try:
        handlers = subscriptions()[topic]
    except KeyError as unknown:
        raise UnknownTopic(topic) from unknown
    message = Message.objects.create(
        topic=topic,
        subject=f"{about._meta.label_lower}:{about.pk}",
        payload={"id": about.pk, **payload},
    )
    Delivery.objects.bulk_create(
        Delivery(message=message, handler=h.path, queue=h.queue, due_at=at) for h in handlers
    )
    return message
