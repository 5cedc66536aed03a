"""What must hold at every moment, as queries for the rows that break it. `manage.py audit` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import sql

CHUNK_IDS = 20_000
_ENDS = sql.SQL("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {}")


@dataclass(frozen=True, slots=True)
class Check:
    """
    sql: SELECT of one text per row that breaks it. With `over`, a table, it is run for one range of
    that table's ids at a time (%(after)s < id <= %(up_to)s), so that no snapshot is held for long.
    look: instead, for a rule that SQL cannot tell.
    """

    number: int  # of the invariant in the list of the audit
    name: str
    sql: str = ""
    over: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    look: Callable[[], Iterable[str]] | None = None


_NOT_IN_FORCE = """
    SELECT guard FROM unnest(%(guards)s::text[]) AS guard
    WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = guard AND tgenabled IN ('O', 'A'))
"""


def in_force(number: int, name: str, guards: Sequence[str]) -> Check:
    """The triggers of these names are there and switched on."""
    return Check(number, name, _NOT_IN_FORCE, values={"guards": list(guards)})


def offenders(check: Check) -> Iterator[str]:
    if check.look is not None:
        yield from check.look()
        return
    for after, up_to in _ranges(check.over) if check.over else [(0, 0)]:
        with connection.cursor() as cursor:
            cursor.execute(check.sql, {**check.values, "after": after, "up_to": up_to})
            yield from (row[0] for row in cursor.fetchall())


def _ranges(table: str) -> Iterator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDS.format(sql.Identifier(table)))
        first, last = cursor.fetchone()
    for after in range(first - 1, last, CHUNK_IDS):
        yield after, after + CHUNK_IDS
