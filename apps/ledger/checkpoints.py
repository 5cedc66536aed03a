"""Checkpoints keep a balance cheap to read: without them every entry would be summed each time."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from apps.ledger.settled import settled_up_to

TAIL_MIN = 1000  # entries: a shorter tail is summed as fast as a checkpoint is found

_WRITE = """
    INSERT INTO ledger_checkpoint (account_id, entry_id, balance_minor, made_at)
    SELECT a.id, tail.id, coalesce(c.balance_minor, 0) + tail.net, %(at)s
    FROM ledger_ledgeraccount a
    LEFT JOIN LATERAL (
        SELECT entry_id, balance_minor FROM ledger_checkpoint
        WHERE account_id = a.id ORDER BY entry_id DESC LIMIT 1
    ) c ON true
    JOIN LATERAL (
        SELECT id, sum(amount_minor) OVER running AS net, row_number() OVER running AS number,
            count(*) OVER () AS entries
        FROM ledger_entry
        WHERE account_id = a.id AND id > coalesce(c.entry_id, 0) AND id <= %(up_to)s
        WINDOW running AS (ORDER BY id ROWS UNBOUNDED PRECEDING)
    ) tail ON tail.entries >= %(tail_min)s
        AND (tail.number %% %(tail_min)s = 0 OR tail.number = tail.entries)
    ON CONFLICT DO NOTHING
"""


def write_checkpoints(*, at: datetime, tail_min: int = TAIL_MIN) -> int:
    """
    For every account with a long tail, one at each `tail_min` entries and at its end, so that a
    balance at any entry sums few; answers how many. Safe to run twice at once.

    :raises StillMoving: nothing was written.
    """
    up_to = settled_up_to()
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"at": at, "up_to": up_to, "tail_min": tail_min})
        return int(cursor.rowcount)
