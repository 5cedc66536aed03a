"""How an export is written: byte for byte, harmless in a spreadsheet, in constant memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from apps.core import csv_stream
from apps.core.money import Money
from apps.exports.kind import Row
from apps.exports.workbook import workbook

BERLIN = ZoneInfo("Europe/Berlin")
HEAD = ["Name", "Amount", "Rate", "When", "Day", "Number"]
ROW: Row = [
    "Grüße; Ada",
    Money(-123450, "EUR"),
    Decimal("7.00"),
    datetime(2026, 12, 31, 23, 5, tzinfo=BERLIN),
    date(2026, 12, 31),
    7,
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def csv(dialect: csv_stream.Dialect, *rows: Row) -> str:
    return b"".join(csv_stream.response("x", HEAD, rows, dialect=dialect)).decode()


def cells(file: IO[bytes], sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Type and text of each cell; "n" is a number."""
    with file, zipfile.ZipFile(file) as book:
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314 - our own file
    return [
        [(c.get("t", "n"), "".join(c.itertext())) for c in row.findall("m:c", NS)]
        for row in tree.iterfind(".//m:row", NS)
    ]


def test_for_programs_and_for_germany_byte_for_byte() -> None:
    head = "Name,Amount,Rate,When,Day,Number\r\n"
    row = "Grüße; Ada,-1234.50,7.00,2026-12-31 23:05,2026-12-31,7\r\n"
    assert csv(csv_stream.PLAIN, ROW) == head + row
    row = '"Grüße; Ada";-1234,50;7,00;31.12.2026 23:05;31.12.2026;7\r\n'
    assert csv(csv_stream.GERMAN, ROW) == "\ufeff" + head.replace(",", ";") + row


def test_yen_have_no_decimals_and_dinars_three() -> None:
    row: Row = [Money(500, "JPY"), Money(-1500, "KWD"), None]
    assert csv(csv_stream.GERMAN, row).endswith("\r\n500;-1,500;\r\n")


def test_no_text_is_a_formula() -> None:
    for text in FORMULAS:
        for dialect in (csv_stream.PLAIN, csv_stream.GERMAN, csv_stream.MARKED):
            assert f"'{text}" in csv(dialect, [text])
    rows = cells(workbook(["Name"], [[text] for text in FORMULAS]))
    assert [row[0][0] for row in rows] == ["inlineStr"] * 7
    assert [row[0][1] for row in rows[1:5]] == FORMULAS[:4]


def test_a_workbook_has_real_numbers_and_dates() -> None:
    head, row = cells(workbook(HEAD, [ROW]))
    assert [text for _type, text in head] == HEAD
    assert row[:3] == [("inlineStr", "Grüße; Ada"), ("n", "-1234.50"), ("n", "7.00")]
    assert row[3][0] == row[4][0] == "n"
    assert row[4] == ("n", "46387")  # days since 1899-12-30
    assert float(row[3][1]) == pytest.approx(46387 + (23 * 60 + 5) / 1440)


def test_a_workbook_of_nothing_has_a_head() -> None:
    assert cells(workbook(["Name"], [])) == [[("inlineStr", "Name")]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(form: str) -> None:
    assert peak(form, 8000) < peak(form, 1000) + 200_000  # 8,000 rows are more than 2 MB


def peak(form: str, count: int) -> int:
    tracemalloc.start()
    if form == "csv":
        for _chunk in csv_stream.response("x", HEAD, many(count)):
            pass
    else:
        workbook(HEAD, many(count)).close()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def many(count: int) -> Iterator[Row]:
    for number in range(count):
        yield [f"Somebody with the number {number}", *ROW[1:]]
