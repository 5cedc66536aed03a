from __future__ import annotations

from datetime import datetime

from apps.exports.services.make import LEASE, Busy, make
from apps.outbox.deliver import RetryLater
from apps.outbox.models import Message


def requested(message: Message, *, at: datetime) -> None:
    try:
        make(message.payload["id"], at=at)
    except Busy as busy:
        raise RetryLater(LEASE) from busy
