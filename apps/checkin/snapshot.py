"""The tickets of an event as phones keep them: all of them, or what changed since a cursor, in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.checkin.cursor import Cursor, cursor_of, whole
from apps.checkin.models import settings_of
from apps.events.models import Event

PAGE = 5_000

_COLUMNS = """
    t.id, t.touched, t.reference, t.holder_name, t.variant_id, t.access_level, t.state, t.version,
    t.place_label
"""
# By the last change: who is changed meanwhile comes again at the end, and nobody is passed over.
_ALL = f"""
    SELECT {_COLUMNS} FROM tickets_ticket t
    WHERE t.event_id = %(event)s AND (t.touched, t.id) > (%(touched)s, %(id)s)
    ORDER BY t.touched, t.id LIMIT %(limit)s
"""  # noqa: S608 - columns of ours
_CHANGED = f"""
    SELECT {_COLUMNS} FROM tickets_ticket t JOIN (
        SELECT id FROM tickets_ticket
        WHERE event_id = %(event)s AND touched >= %(since)s AND touched < %(ends)s
        UNION
        SELECT ticket_id FROM checkin_entry
        WHERE event_id = %(event)s AND touched >= %(since)s AND touched < %(ends)s
    ) changed USING (id)
    WHERE t.id > %(id)s ORDER BY t.id LIMIT %(limit)s
"""  # noqa: S608 - columns of ours
_ENTRIES = """
    SELECT ticket_id, floor(extract(epoch FROM at) * 1000)::bigint,
           floor(extract(epoch FROM left_at) * 1000)::bigint, gate_id, device_name
    FROM checkin_entry WHERE ticket_id = ANY(%(tickets)s) AND undone_at IS NULL ORDER BY at, id
"""
_NOTES = """
    SELECT DISTINCT ON (ticket_id) ticket_id, text FROM checkin_guestnote
    WHERE ticket_id = ANY(%(tickets)s) ORDER BY ticket_id, id DESC
"""


class BadPlace(ValueError):
    """`after` is not the end of a page of ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """
    rows: [reference, holder, variant, access level, state, version, place, note, [[in, left, gate,
    device], …]], times in ms since 1970. after: where the next page begins, None at the end.
    """

    cursor: Cursor
    after: str | None
    rows: list[list[Any]]


def page_of(event: Event, *, since: str, after: str) -> Page:
    """
    since: a cursor, "" for everything. after: `Page.after` of the page before, "" to begin.

    :raises CursorLost, BadPlace:
    """
    cursor = cursor_of(event)
    touched, last = _place(after)
    values: dict[str, Any] = {"event": event.pk, "touched": touched, "id": last, "limit": PAGE + 1}
    if since:
        values |= {"since": cursor.since(since), "ends": cursor.ends}
    tickets = _ask(_CHANGED if since else _ALL, values)
    more = len(tickets) > PAGE
    tickets = tickets[:PAGE]
    return Page(
        cursor=cursor,
        after=f"{tickets[-1][1]}-{tickets[-1][0]}" if more else None,
        rows=_rows(tickets, names=settings_of(event).names_offline),
    )


def _place(after: str) -> tuple[int, int]:
    if not after:
        return -1, 0
    touched, _, last = after.partition("-")
    numbers = whole(touched), whole(last)
    if numbers[0] is None or numbers[1] is None:
        raise BadPlace(after)
    return numbers[0], numbers[1]


def _rows(tickets: Sequence[Sequence[Any]], *, names: bool) -> list[list[Any]]:
    ids = {"tickets": [ticket[0] for ticket in tickets]}
    entries: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for ticket_id, *stay in _ask(_ENTRIES, ids):
        entries[ticket_id].append(stay)
    notes = dict(_ask(_NOTES, ids)) if names else {}
    return [
        [
            reference,
            holder if names else "",
            *columns,
            notes.get(pk, ""),
            entries.get(pk, []),
        ]
        for pk, _touched, reference, holder, *columns in tickets
    ]


def _ask(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
        return rows
