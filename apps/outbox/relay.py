"""Leases due deliveries and hands their ids to the workers. Losing the broker costs one lease time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

LEASE = timedelta(seconds=60)
BATCH = 200

_LEASE_DUE = """
    WITH due AS (
        SELECT id FROM outbox_delivery
        WHERE state IN ('pending', 'leased') AND due_at <= %(at)s
        ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox_delivery d SET state = 'leased', due_at = %(until)s
    FROM due WHERE d.id = due.id RETURNING d.id, d.queue
"""


@dataclass(frozen=True, slots=True)
class Leased:
    delivery_id: int
    queue: str


def lease_due(*, at: datetime) -> list[Leased]:
    """Lease what is due: new deliveries, retries, and leases that lapsed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEASE_DUE, {"at": at, "until": at + LEASE, "batch": BATCH})
        return [Leased(*row) for row in cursor.fetchall()]
