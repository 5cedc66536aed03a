"""What is asked for: a kind, in a form, of somebody and some days."""

from __future__ import annotations

from dataclasses import dataclass

from apps.exports.kind import Kind
from apps.exports.kinds import KINDS
from apps.exports.models import Export, Form
from apps.exports.scope import Scope, zone_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Wanted:
    kind: Kind
    form: Form
    scope: Scope

    @property
    def file_name(self) -> str:
        """DATEV takes only files whose names begin so."""
        days = f"{self.scope.first:%Y%m%d}-{self.scope.last:%Y%m%d}"
        if self.form == Form.DATEV:
            return f"EXTF_Buchungsstapel_{days}.csv"
        ending = "xlsx" if self.form == Form.XLSX else "csv"
        return f"{self.kind.name}-{days}.{ending}"

    @property
    def content_type(self) -> str:
        if self.form == Form.XLSX:
            return _XLSX
        return f"text/csv; charset={'windows-1252' if self.form == Form.DATEV else 'utf-8'}"


def again(export: Export) -> Wanted:
    """What was asked for then, of the rows as they are now."""
    kind = KINDS[export.kind]
    zone = kind.zone or zone_of(export.organizer, export.event)
    scope = Scope(export.organizer, export.event, export.first, export.last, zone)
    return Wanted(kind, Form(export.form), scope)
