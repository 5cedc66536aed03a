"""
Up to which row an append-only table is final.

Rows get their ids before their transaction commits, so a lower id may become visible after a higher
one. A row is settled when every transaction that was writing when it was first seen has ended. Who
writes holds the table's lock from before the first id until the end, and the database lists these
locks: those of other databases, or of work that writes elsewhere, do not matter.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from psycopg import sql

PATIENCE = timedelta(seconds=5)
_PAUSE_SECONDS = 0.02

_LAST = sql.SQL("SELECT coalesce(max(id), 0) FROM {}")
_WRITING = """
    SELECT virtualtransaction FROM pg_locks
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND granted
      AND pid IS DISTINCT FROM pg_backend_pid()
"""


class StillMoving(Exception):
    """A transaction runs that may have written something and does not end: try again later."""


def settled_up_to(table: str, *, patience: timedelta = PATIENCE) -> int:
    """
    The id up to which no row of the table can appear any more.

    :raises StillMoving: after `patience`.
    """
    deadline = time.monotonic() + patience.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(_LAST.format(sql.Identifier(table)))
        last = int(cursor.fetchone()[0])
    awaited = _writing(table)
    while awaited:
        if time.monotonic() > deadline:
            raise StillMoving(f"{table} {last} is not settled")
        time.sleep(_PAUSE_SECONDS)
        awaited &= _writing(table)
    return last


def _writing(table: str) -> set[str]:
    """The transactions of others that have written to it and run."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITING, [table])
        return {row[0] for row in cursor.fetchall()}
