"""
Up to which entry the books are final.

Entries get their ids before their transaction commits, so a lower id may become visible after a
higher one. An entry is settled when every transaction that ran when it was first seen has ended.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection

PATIENCE = timedelta(seconds=5)
_PAUSE_SECONDS = 0.02

_LAST = (
    "SELECT coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text FROM ledger_entry"
)
# A session's own transaction is never in the list of running ones.
_RUNNING = """
    SELECT EXISTS (
        SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS running
        WHERE running < %s::xid8
    )
"""


class StillMoving(Exception):
    """A transaction runs that may have booked something and does not end: try again later."""


def settled_up_to(*, patience: timedelta = PATIENCE) -> int:
    """
    The id up to which no entry can appear any more. A posting takes its transaction's number
    before its entries get ids, so none can hide from the list of running transactions.

    :raises StillMoving: after `patience`.
    """
    deadline = time.monotonic() + patience.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last, snapshot_end = cursor.fetchone()
        while True:
            cursor.execute(_RUNNING, [snapshot_end])
            if not cursor.fetchone()[0]:
                return int(last)
            if time.monotonic() > deadline:
                raise StillMoving(f"entry {last} is not settled")
            time.sleep(_PAUSE_SECONDS)
