"""Takes an export out: on record first, then streamed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import FileResponse, HttpResponseBase

from apps.core import csv_stream
from apps.exports.kind import Kind
from apps.exports.models import Export, Form
from apps.exports.scope import Scope, zone_of
from apps.exports.workbook import workbook

# A workbook is whole before its first byte is sent, so it must not take longer than a request may.
ROWS_AT_ONCE = 50_000
_DIALECTS = {Form.CSV: csv_stream.PLAIN, Form.GERMAN_CSV: csv_stream.GERMAN}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Wanted:
    kind: Kind
    form: Form
    scope: Scope


def take(wanted: Wanted, *, actor: str, at: datetime) -> HttpResponseBase:
    """
    :raises TooManyRows: for a workbook that is made at once.
    """
    answer = _answer(wanted)
    scope = wanted.scope
    Export.objects.create(
        organizer=scope.organizer,
        event=scope.event,
        kind=wanted.kind.name,
        form=wanted.form,
        first=scope.first,
        last=scope.last,
        actor=actor,
        created_at=at,
    )
    return answer


def again(export: Export, kind: Kind) -> Wanted:
    """What was asked for then, of the rows as they are now."""
    zone = zone_of(export.organizer, export.event)
    scope = Scope(export.organizer, export.event, export.first, export.last, zone)
    return Wanted(kind, Form(export.form), scope)


def _answer(wanted: Wanted) -> HttpResponseBase:
    kind, scope = wanted.kind, wanted.scope
    head, rows = kind.columns(), kind.table(scope)
    name = f"{kind.name}-{scope.first:%Y%m%d}-{scope.last:%Y%m%d}"
    if wanted.form in _DIALECTS:
        return csv_stream.response(name, head, rows, dialect=_DIALECTS[wanted.form])
    file = workbook(head, rows, most=ROWS_AT_ONCE)
    answer = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX)
    answer.headers["Cache-Control"] = "no-store"
    return answer
