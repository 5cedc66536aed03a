"""Leases due deliveries and hands their ids to the workers. Losing the broker costs one lease time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from kombu import Connection

from apps.outbox.handlers import queues

LEASE = timedelta(seconds=60)
# Of each queue, waiting at the broker: about what two processes do within a lease. The rest waits in the
# database, where what is due twice is still one row.
ROOM = 200
REFILL = ROOM // 2

# The ids are an array, so that they are looked up by key however many rows the planner expects.
_LEASE_DUE = """
    WITH due AS (
        SELECT d.id FROM unnest(%(queues)s::text[], %(room)s::int[]) AS q(name, room), LATERAL (
            SELECT id FROM outbox_delivery
            WHERE queue = q.name AND state IN ('pending', 'leased') AND due_at <= %(at)s
            ORDER BY due_at LIMIT q.room FOR UPDATE SKIP LOCKED
        ) d
    )
    UPDATE outbox_delivery SET state = 'leased', due_at = %(until)s
    WHERE id = ANY(ARRAY(SELECT id FROM due)) RETURNING id, queue
"""


@dataclass(frozen=True, slots=True)
class Leased:
    delivery_id: int
    queue: str


class Broker:
    """How many more ids of each queue may wait there. It is asked again when half of the room is given away."""

    def __init__(self) -> None:
        self._room: dict[str, int] = {}

    def room(self, connection: Connection) -> dict[str, int]:
        """Of queues that are to be filled up; those that are full enough are left alone."""
        channel: Any = connection.default_channel  # its stubs know no calls
        for queue in queues():
            if self._room.get(queue, 0) < REFILL:
                waiting = channel.queue_declare(queue).message_count
                self._room[queue] = ROOM - waiting
        return {queue: room for queue, room in self._room.items() if room >= REFILL}

    def was_given(self, leased: Iterable[Leased]) -> None:
        for queue, given in Counter(one.queue for one in leased).items():
            self._room[queue] -= given


def lease_due(room: Mapping[str, int] | None = None, *, at: datetime) -> list[Leased]:
    """
    Lease what is due: new deliveries, retries, and leases that lapsed.

    room: how many of each queue, at most; as many as an empty broker takes if it is not said.
    """
    if room is None:
        room = dict.fromkeys(queues(), ROOM)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _LEASE_DUE,
            {"queues": [*room], "room": [*room.values()], "at": at, "until": at + LEASE},
        )
        return [Leased(*row) for row in cursor.fetchall()]
