from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from apps.core.stylesheet import BUILT, SHEETS, StylesheetFinder, joined


@pytest.mark.parametrize("path", SHEETS)
def test_a_sheet_is_found_and_is_its_sources_without_comments(path: str) -> None:
    found = finders.find(path)
    assert isinstance(found, str)
    assert Path(found).read_text() == joined(SHEETS[path])
    assert "/*" not in joined(SHEETS[path])


def test_the_shop_gets_one_sheet_that_is_small() -> None:
    assert joined(SHEETS["css/parterre.css"]).count("{") == joined(
        SHEETS["css/parterre.css"]
    ).count("}")
    assert len(joined(SHEETS["css/parterre.css"])) < 45_000


def test_every_process_finds_the_same_file_which_is_written_once() -> None:
    found = {StylesheetFinder().find(path) for path in SHEETS for _ in range(2)}
    assert found == {str(BUILT / path) for path in SHEETS}
    written = (BUILT / "css/parterre.css").stat().st_mtime_ns
    StylesheetFinder().find("css/parterre.css")
    assert (BUILT / "css/parterre.css").stat().st_mtime_ns == written
