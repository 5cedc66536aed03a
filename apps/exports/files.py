"""An export as the bytes of its file, piece by piece: in constant memory, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

from apps.core import csv_stream
from apps.exports.datev.batch import batch
from apps.exports.models import Form
from apps.exports.wanted import Wanted

T = TypeVar("T")

PIECE = 512 * 1024  # bytes
_DIALECTS = {Form.CSV: csv_stream.PLAIN, Form.GERMAN_CSV: csv_stream.GERMAN}


class Progress:
    """Counts the rows that were written; whoever wants to hear of it says so in `reached`."""

    EVERY = 1000

    def __init__(self) -> None:
        self.rows = 0

    def reached(self) -> None: ...

    def count(self, rows: Iterable[T]) -> Iterator[T]:
        for row in rows:
            yield row
            self.rows += 1
            if self.rows % self.EVERY == 0:
                self.reached()


def pieces(wanted: Wanted, progress: Progress) -> Iterator[bytes]:
    """
    A workbook is whole on the disk before its first byte is there.

    :raises TooManyBookings: for DATEV, when there are more than fit.
    """
    if wanted.form == Form.XLSX:
        from apps.exports.workbook import workbook  # late: few processes ever write one

        rows = progress.count(wanted.kind.table(wanted.scope))
        return _read(workbook(wanted.kind.columns(), rows))
    return _joined(_lines(wanted, progress))


def _lines(wanted: Wanted, progress: Progress) -> Iterator[bytes]:
    if wanted.form == Form.DATEV:
        yield from batch(wanted.scope, progress.count)
        return
    head, rows = wanted.kind.columns(), progress.count(wanted.kind.table(wanted.scope))
    for line in csv_stream.lines(head, rows, _DIALECTS[wanted.form]):
        yield line.encode()


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
