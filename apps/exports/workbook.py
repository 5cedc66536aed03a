"""A workbook with real numbers and dates, written row by row: its size is on the disk, not in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook

from apps.core.money import Money, exponent
from apps.exports.kind import Row

SHEET = 1_000_000  # rows; a sheet of Excel ends at 1,048,576
_WIDTH = 18


def workbook(head: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        with Workbook(file, {"constant_memory": True}) as book:
            _fill(_Form(book), head, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(form: _Form, head: Sequence[str], rows: Iterable[Row]) -> None:
    form.new_sheet(head)
    for number, row in enumerate(rows):
        if number and number % SHEET == 0:
            form.new_sheet(head)
        form.write(number % SHEET + 1, row)


class _Form:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.sheet: Any = None
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.money = {n: book.add_format({"num_format": _digits(n)}) for n in (0, 2, 3)}

    def new_sheet(self, head: Sequence[str]) -> None:
        self.sheet = self.book.add_worksheet()
        self.sheet.set_column(0, len(head) - 1, _WIDTH)
        self.sheet.freeze_panes(1, 0)
        for column, text in enumerate(head):
            self.sheet.write_string(0, column, text, self.bold)

    def write(self, number: int, row: Row) -> None:
        for column, cell in enumerate(row):
            self._put(number, column, cell)

    def _put(self, row: int, column: int, cell: Any) -> None:
        """Text is written as text, whatever it begins with: never as a formula or a link."""
        if isinstance(cell, str):  # most are
            self.sheet.write_string(row, column, cell)
        elif isinstance(cell, Money):
            form = self.money[exponent(cell.currency)]
            self.sheet.write_number(row, column, cell.major, form)
        elif isinstance(cell, int | Decimal):
            self.sheet.write_number(row, column, cell)
        elif isinstance(cell, datetime):
            self.sheet.write_datetime(row, column, cell.replace(tzinfo=None), self.moment)
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, cell, self.day)
        elif cell is not None:
            self.sheet.write_string(row, column, str(cell))


def _digits(exponent_: int) -> str:
    return "#,##0." + "0" * exponent_ if exponent_ else "#,##0"
