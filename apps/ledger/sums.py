"""What moved in the books, from the sums of closings and the entries after the last one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.close import MOVED, last_closing

# Parts that share no entry: the closings up to the last one, and what came after it. Both are named by
# ids, so a closing that is made meanwhile changes nothing.
_MOVED = f"""
    WITH found AS (
        SELECT account_id, kind, amount_minor FROM ledger_daysum
        WHERE organizer = ANY(%(organizers)s) AND closing_id <= %(closing)s AND day > %(day)s
        {{rest_of_day}}
        UNION ALL
        SELECT tail.account_id, tail.kind, tail.amount_minor
        FROM ({MOVED} WHERE e.id > %(closed)s AND p.at >= %(since)s GROUP BY 1, 2, 3, 4) tail
        WHERE tail.organizer = ANY(%(organizers)s)
    )
    SELECT a.code, found.kind, a.currency, sum(found.amount_minor)::bigint
    FROM found JOIN ledger_ledgeraccount a ON a.id = found.account_id
    GROUP BY a.code, found.kind, a.currency
    ORDER BY a.currency, a.code, found.kind
"""  # noqa: S608 - all of it stands above
# A day is not always asked for from its beginning: of that one, single entries are looked at.
_REST_OF_DAY = """
        UNION ALL
        SELECT e.account_id, p.kind, e.amount_minor
        FROM (
            SELECT DISTINCT theirs.posting_id
            FROM ledger_daysum s
            JOIN ledger_closing c ON c.id = s.closing_id
            JOIN ledger_ledgeraccount a ON a.id = s.account_id AND a.code ~ %(organizers_pattern)s
            JOIN ledger_entry theirs ON theirs.account_id = s.account_id
                AND theirs.id > c.after_entry AND theirs.id <= c.up_to_entry
            WHERE s.organizer = ANY(%(organizers)s) AND s.closing_id <= %(closing)s
              AND s.day = %(day)s
        ) that_day
        JOIN ledger_posting p ON p.id = that_day.posting_id
            AND p.at >= %(since)s AND p.at < %(day_end)s
        JOIN ledger_entry e ON e.posting_id = p.id AND e.id <= %(closed)s
"""
# Back from what stands now, which checkpoints know: so a date costs as much as was booked since.
_AT_END_OF = """
    WITH later AS (
        SELECT account_id, amount_minor FROM ledger_daysum
        WHERE closing_id <= %(closing)s AND day > %(day)s
        UNION ALL
        SELECT e.account_id, e.amount_minor
        FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id
        WHERE e.id > %(closed)s AND p.at >= %(day_end)s
    ), since AS (
        SELECT account_id, sum(amount_minor) AS minor FROM later GROUP BY account_id
    )
    SELECT a.code, a.currency, (
        coalesce(c.balance_minor, 0) + tail.minor - coalesce(since.minor, 0)
    )::bigint
    FROM ledger_ledgeraccount a
    LEFT JOIN LATERAL (
        SELECT entry_id, balance_minor FROM ledger_checkpoint
        WHERE account_id = a.id ORDER BY entry_id DESC LIMIT 1
    ) c ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_minor), 0) AS minor FROM ledger_entry
        WHERE account_id = a.id AND id > coalesce(c.entry_id, 0)
    ) tail
    LEFT JOIN since ON since.account_id = a.id
    ORDER BY a.currency, a.code
"""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moved:
    """What postings of one kind moved on one account."""

    code: Code
    kind: str
    amount: Money  # debit is positive


def moved_of(organizers: Collection[int], *, since: datetime | None = None) -> list[Moved]:
    """
    By the postings that touch accounts of these organizers, on all accounts they touch: since then, or
    of all time.
    """
    begin = since or _BEFORE_ALL
    last = last_closing()
    day = begin.astimezone(UTC).date()
    values = {
        "organizers": sorted(organizers),
        "closing": last.pk,
        "closed": last.up_to_entry,
        "since": begin,
        "day": day,
        "day_end": _end_of(day),
        "organizers_pattern": chart.ORGANIZERS_PATTERN,
    }
    query = _MOVED.format(rest_of_day=_REST_OF_DAY if since else "")
    return [
        Moved(Code(code), kind, Money(minor, currency))
        for code, kind, currency, minor in _rows(query, values)
    ]


def balances_at_end_of(day: date) -> dict[tuple[Code, str], Money]:
    """By code and currency, when the day (UTC) ended; accounts of nothing left out."""
    last = last_closing()
    values = {"closing": last.pk, "closed": last.up_to_entry, "day": day, "day_end": _end_of(day)}
    rows = _rows(_AT_END_OF, values)
    return {(Code(code), currency): Money(n, currency) for code, currency, n in rows if n}


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=1)
