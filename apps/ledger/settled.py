"""
Up to which entry the books are final.

Entries get their ids before their transaction commits, so a lower id may become visible after a
higher one. An entry is settled when every transaction that was booking when it was first seen has
ended. Who books holds the entries' table lock from before the first id until the end, and the
database lists these locks: those of other databases, or of work that books nothing, do not matter.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection

PATIENCE = timedelta(seconds=5)
_PAUSE_SECONDS = 0.02

_LAST = "SELECT coalesce(max(id), 0) FROM ledger_entry"
_BOOKING = """
    SELECT virtualtransaction FROM pg_locks
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = 'ledger_entry'::regclass AND mode = 'RowExclusiveLock' AND granted
      AND pid IS DISTINCT FROM pg_backend_pid()
"""


class StillMoving(Exception):
    """A transaction runs that may have booked something and does not end: try again later."""


def settled_up_to(*, patience: timedelta = PATIENCE) -> int:
    """
    The id up to which no entry can appear any more.

    :raises StillMoving: after `patience`.
    """
    deadline = time.monotonic() + patience.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last = int(cursor.fetchone()[0])
    awaited = _booking()
    while awaited:
        if time.monotonic() > deadline:
            raise StillMoving(f"entry {last} is not settled")
        time.sleep(_PAUSE_SECONDS)
        awaited &= _booking()
    return last


def _booking() -> set[str]:
    """The transactions of others that have booked something and run."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKING)
        return {row[0] for row in cursor.fetchall()}
