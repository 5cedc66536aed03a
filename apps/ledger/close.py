"""
Closing sums what was booked, by account, organizer, kind and day, so that what an organizer sold of all
time, or what the books were at a date, is read from sums and the entries after them.

Like a checkpoint it covers settled entries only and takes no lock that a sale would wait for.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from apps.ledger import chart
from apps.ledger.models import Closing, Entry
from apps.ledger.settled import settled_up_to

TAIL_MIN = 5_000  # entries: so many are summed while somebody waits for a page
ENTRIES_MAX = 50_000  # of one closing

# Entries of a range of ids, summed. A posting's organizer is told by all its entries, also by those
# beyond the range.
MOVED = """
    SELECT e.account_id, coalesce(whose.organizer, 0) AS organizer, p.kind,
        (p.at AT TIME ZONE 'UTC')::date AS day,
        sum(e.amount_minor)::bigint AS amount_minor, count(*) AS entries
    FROM ledger_entry e
    JOIN ledger_posting p ON p.id = e.posting_id
    LEFT JOIN LATERAL (
        SELECT max(split_part(a.code, ':', 2)::bigint) AS organizer
        FROM ledger_entry other JOIN ledger_ledgeraccount a ON a.id = other.account_id
        WHERE other.posting_id = p.id AND a.code ~ %(organizers_pattern)s
    ) whose ON true
"""
_CLOSE = f"""
    WITH closing AS (
        INSERT INTO ledger_closing (after_entry, up_to_entry, made_at)
        VALUES (%(after)s, %(up_to)s, %(at)s) ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO ledger_daysum (closing_id, account_id, organizer, kind, day, amount_minor, entries)
    SELECT closing.id, moved.* FROM closing CROSS JOIN (
        {MOVED} WHERE e.id > %(after)s AND e.id <= %(up_to)s
        GROUP BY 1, 2, 3, 4
    ) moved
"""  # noqa: S608 - all of it stands above


def close_books(*, at: datetime, tail_min: int = TAIL_MIN) -> int:
    """
    Once a day, and whenever the tail is long; answers how many closings were made. Safe to run twice
    at once: of two that begin at the same entry, one is written.

    :raises StillMoving: nothing was written.
    """
    settled = settled_up_to()
    closings = 0
    last = last_closing()
    while up_to := _end_of_next(last, settled, tail_min=_least(last, tail_min, at=at)):
        if not _close(last.up_to_entry, up_to, at=at):
            break  # somebody else is at it
        closings += 1
        last = last_closing()
    return closings


def last_closing() -> Closing:
    """One of nothing before the first."""
    return Closing.objects.order_by("-up_to_entry").first() or Closing(
        pk=0, up_to_entry=0, made_at=datetime.min.replace(tzinfo=UTC)
    )


def _least(last: Closing, tail_min: int, *, at: datetime) -> int:
    """So many entries are worth a closing: the first of a day covers whatever there is."""
    return 1 if last.made_at.astimezone(UTC).date() < at.astimezone(UTC).date() else tail_min


def _end_of_next(last: Closing, settled: int, *, tail_min: int) -> int | None:
    due = Entry.objects.filter(pk__gt=last.up_to_entry, pk__lte=settled).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:ENTRIES_MAX])
    return ids[-1] if len(ids) >= tail_min else None


def _close(after: int, up_to: int, *, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "after": after,
                "up_to": up_to,
                "at": at,
                "organizers_pattern": chart.ORGANIZERS_PATTERN,
            },
        )
        return bool(cursor.rowcount > 0)
