"""Takes an export out: on record first. What is small is sent at once, the rest is made by a worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language

from apps.exports.files import Progress, pieces
from apps.exports.models import Download, ExportFile, FilePart
from apps.exports.services.request import record, request_file
from apps.exports.states import FileState
from apps.exports.wanted import Wanted, again

# What a request makes while somebody waits for its first byte, also as a workbook.
ROWS_AT_ONCE = 20_000


class NotReady(Exception):
    """It is not made yet, or its time is over."""


def take(wanted: Wanted, *, actor: str, at: datetime) -> HttpResponseBase | ExportFile:
    """The file; or the row of one that is still to be made, because there is too much of it."""
    if wanted.kind.has_more_than(ROWS_AT_ONCE, wanted.scope):
        return request_file(wanted, language=get_language() or "en", actor=actor, at=at)
    body = pieces(wanted, Progress())
    record(wanted, actor=actor, at=at)
    return _sent(body, wanted)


def download(file: ExportFile, *, actor: str, at: datetime) -> HttpResponseBase:
    """
    Whoever calls it has asked who may. It is on record, each time.

    :raises NotReady: so nobody ever gets half a file.
    """
    if file.state_at(at) is not FileState.READY:
        raise NotReady(str(file))
    Download.objects.create(file=file, actor=actor, at=at)
    answer = _sent(_parts(file), again(file.export))
    answer.headers["Content-Length"] = str(file.size)
    return answer


def _parts(file: ExportFile) -> Iterator[bytes]:
    """One at a time: no snapshot is held open while somebody's line is slow."""
    number = 0
    while part := FilePart.objects.filter(file=file, attempt=file.attempt, number=number).first():
        yield bytes(part.data)
        number += 1


def _sent(body: Iterator[bytes], wanted: Wanted) -> HttpResponseBase:
    answer = StreamingHttpResponse(body, content_type=wanted.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{wanted.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
