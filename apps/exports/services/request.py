from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.exports.models import Export, ExportFile, ExportSchedule
from apps.exports.wanted import Wanted
from apps.outbox.publish import publish


def record(
    wanted: Wanted, *, actor: str, at: datetime, schedule: ExportSchedule | None = None
) -> Export:
    scope = wanted.scope
    return Export.objects.create(
        organizer=scope.organizer,
        event=scope.event,
        schedule=schedule,
        kind=wanted.kind.name,
        form=wanted.form,
        first=scope.first,
        last=scope.last,
        actor=actor,
        created_at=at,
    )


@transaction.atomic
def request_file(
    wanted: Wanted,
    *,
    language: str,
    actor: str,
    at: datetime,
    schedule: ExportSchedule | None = None,
) -> ExportFile:
    """On record, and a worker makes it."""
    export = record(wanted, actor=actor, at=at, schedule=schedule)
    file = ExportFile.objects.create(export=export, language=language)
    publish("export.requested", about=file, at=at)
    return file
