"""CSV that is streamed row by row, and that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from apps.core.money import Money

CHUNK = 500
# Source: OWASP, "CSV Injection".
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file writes what people of a country would each write differently."""

    delimiter: str
    point: str  # of decimals
    day: str
    start: str  # of the file


# For programs; with the mark at its start, without which spreadsheets misread umlauts; and for
# spreadsheets that were told they are in Germany.
PLAIN = Dialect(",", ".", "%Y-%m-%d", "")
MARKED = Dialect(",", ".", "%Y-%m-%d", "\ufeff")
GERMAN = Dialect(";", ",", "%d.%m.%Y", "\ufeff")


class _Echo:
    def write(self, text: str) -> str:
        return text


def response(
    name: str,
    head: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    dialect: Dialect = MARKED,
) -> StreamingHttpResponse:
    """name: of the file, without its ending."""
    answer = StreamingHttpResponse(
        lines(head, rows, dialect), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def in_chunks(rows: QuerySet[M]) -> Iterator[M]:
    """By id, a chunk at a time: no snapshot is held open while somebody's line is slow."""
    last = 0
    while chunk := list(rows.order_by("pk").filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def values_in_chunks(rows: QuerySet[Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """As `in_chunks`, for rows that come by the million: what is read is no model, only values."""
    last = 0
    wanted = rows.order_by("pk").values_list("pk", *names)
    while chunk := list(wanted.filter(pk__gt=last)[:CHUNK]):
        for row in chunk:
            yield row[1:]
        last = chunk[-1][0]


def safe(cell: Any, dialect: Dialect = MARKED) -> str:
    """A number is none of a formula's beginnings, also below zero."""
    if isinstance(cell, str):  # most are
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    if isinstance(cell, Money):
        return cell.plain().replace(".", dialect.point)
    if isinstance(cell, int | Decimal):
        return str(cell).replace(".", dialect.point)
    if isinstance(cell, datetime):
        return f"{cell:{dialect.day} %H:%M}"
    if isinstance(cell, date):
        return f"{cell:{dialect.day}}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def lines(head: Sequence[Any], rows: Iterable[Sequence[Any]], dialect: Dialect) -> Iterator[str]:
    """The file, line by line."""
    writer = csv.writer(_Echo(), delimiter=dialect.delimiter)
    yield dialect.start
    yield writer.writerow([safe(cell, dialect) for cell in head])
    for row in rows:
        yield writer.writerow([safe(cell, dialect) for cell in row])
