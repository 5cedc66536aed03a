"""What a process imports before anybody asks it for anything: five of them start at once on a small machine."""

from __future__ import annotations

import subprocess
import sys

# Each of them takes as long as twenty apps of ours, and few requests ever want one.
DRAWS_AND_WRITES = {"PIL", "drafthorse", "fontTools", "fpdf", "lxml", "pypdf", "xlsxwriter"}
SHOWS = {"apps.api.v1", "apps.console.admin", "apps.console.views", "segno", "stripe"}

SETUP = "import sys, django; django.setup()"
URLS = "from django.urls import get_resolver; get_resolver().url_patterns"
TELL = "print(*sys.modules, sep='\\n')"


def imported_by(*lines: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", "\n".join([*lines, TELL])],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split("\n"))


def test_a_process_that_shows_no_page_imports_none() -> None:
    assert imported_by(SETUP) & (DRAWS_AND_WRITES | SHOWS) == set()


def test_a_web_process_draws_nothing_until_it_is_asked() -> None:
    modules = imported_by(SETUP, URLS)
    assert modules & DRAWS_AND_WRITES == set()
    assert modules >= SHOWS


def test_where_it_is_drawn_these_names_are_the_right_ones() -> None:
    drawn = "import apps.tickets.drawing, apps.invoices.einvoice, apps.exports.workbook"
    assert imported_by(SETUP, drawn) >= DRAWS_AND_WRITES
