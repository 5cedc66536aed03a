"""
Makes a file. A worker may be killed at any moment, and the fact may be told twice: so each try has a
number, its parts bear it, and only the try that is still the newest at its end is the file.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from apps.core.transitions import move
from apps.exports.datev.batch import TooManyBookings
from apps.exports.files import Progress, pieces
from apps.exports.models import ExportFile, FilePart
from apps.exports.states import UNMADE, FileState
from apps.exports.wanted import Wanted, again
from apps.outbox.publish import publish

LEASE = timedelta(minutes=2)  # a worker that says nothing for so long is dead
TRIES_MAX = 3
KEPT_FOR = timedelta(days=7)


class Busy(Exception):
    """Another worker is at it."""


class Superseded(Exception):
    """We were silent for too long, and another worker has begun."""


def make(file_id: int, *, at: datetime) -> None:
    """
    :raises Busy: look again when its lease is over.
    """
    file = _begin(file_id, at=at)
    if file is None:
        return
    wanted = again(file.export)
    if wanted.kind.why_not(wanted.scope, at):
        _give_up(file, "not_possible", at=at)
        return
    try:
        with translation.override(file.language):
            _write(file, wanted, _Trying(file, at))
    except TooManyBookings:
        _give_up(file, "too_many_bookings", at=at)
    except Superseded:
        return


class _Trying(Progress):
    """Says that we live, and how far we are."""

    def __init__(self, file: ExportFile, at: datetime) -> None:
        super().__init__()
        self.file, self.size, self.digest = file, 0, hashlib.sha256()
        self._at, self._began = at, time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._began)

    def reached(self) -> None:
        """:raises Superseded:"""
        mine = ExportFile.objects.filter(
            pk=self.file.pk, state=FileState.WORKING, attempt=self.file.attempt
        )
        if not mine.update(busy_until=self.now() + LEASE, rows=self.rows, size=self.size):
            raise Superseded


def _begin(file_id: int, *, at: datetime) -> ExportFile | None:
    """None: it is made, or was tried often enough."""
    with transaction.atomic():
        file = _locked(file_id)
        if file.state not in UNMADE:
            return None
        if file.busy_until is not None and file.busy_until > at:
            raise Busy(str(file))
        if file.attempt < TRIES_MAX:
            if file.state == FileState.REQUESTED:
                move(file, FileState.WORKING, actor="system", at=at)
            file.attempt += 1
            file.busy_until, file.rows, file.size = at + LEASE, 0, 0
            file.save(update_fields=["attempt", "busy_until", "rows", "size"])
            return file
    _give_up(file, "stopped", at=at)
    return None


def _write(file: ExportFile, wanted: Wanted, trying: _Trying) -> None:
    for number, piece in enumerate(pieces(wanted, trying)):
        FilePart.objects.create(file=file, attempt=file.attempt, number=number, data=piece)
        trying.digest.update(piece)
        trying.size += len(piece)
        trying.reached()
    with transaction.atomic():
        current = _locked(file.pk)
        if (current.state, current.attempt) != (FileState.WORKING, file.attempt):
            raise Superseded
        current.parts.exclude(attempt=file.attempt).delete()
        ready_at = trying.now()
        move(
            current,
            FileState.READY,
            actor="system",
            at=ready_at,
            rows=trying.rows,
            size=trying.size,
            sha256=trying.digest.hexdigest(),
            busy_until=None,
            expires_at=ready_at + KEPT_FOR,
        )
        publish("export.ready", about=current, at=ready_at)


def _give_up(file: ExportFile, failure: str, *, at: datetime) -> None:
    with transaction.atomic():
        current = _locked(file.pk)
        if (current.state, current.attempt) != (file.state, file.attempt):
            return
        current.parts.all().delete()
        move(current, FileState.FAILED, actor="system", at=at, failure=failure, busy_until=None)
        publish("export.failed", about=current, at=at)


def _locked(file_id: int) -> ExportFile:
    rows = ExportFile.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("export__organizer", "export__event").get(pk=file_id)
