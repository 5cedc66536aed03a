from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection, models

from apps.outbox.handlers import subscriptions
from apps.outbox.models import Message

_PUBLISH = """
    WITH message AS (
        INSERT INTO outbox_message (topic, subject, payload, created_at)
        VALUES (%(topic)s, %(subject)s, %(payload)s, %(at)s) RETURNING id
    ), delivery AS (
        INSERT INTO outbox_delivery (message_id, handler, queue, state, due_at, attempts, last_error)
        SELECT message.id, h.handler, h.queue, 'pending', %(at)s, 0, ''
        FROM message, unnest(%(handlers)s::text[], %(queues)s::text[]) AS h(handler, queue)
    )
    SELECT id FROM message
"""


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
    message = Message(
        topic=topic,
        subject=f"{about._meta.label_lower}:{about.pk}",
        payload={"id": about.pk, **payload},
        created_at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            {
                "topic": message.topic,
                "subject": message.subject,
                "payload": json.dumps(message.payload),
                "at": at,
                "handlers": [handler.path for handler in handlers],
                "queues": [handler.queue for handler in handlers],
            },
        )
        (message.pk,) = cursor.fetchone()
    return message
