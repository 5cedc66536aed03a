"""What the first start says while it makes its data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch import environment
from config.launch.folders import RunFolder
from config.launch.preparation import prepare, show_progress
from config.launch.ready import Died


def test_what_is_being_done_is_on_the_screen_before_the_next_line_comes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown: list[str] = []

    def child() -> Iterator[str]:
        for line in (
            "- static files\n",
            "mira@besuch.example   parterre\n",
            "- 40 of 150 orders\n",
        ):
            yield line
            shown.append(capsys.readouterr().out[-30:])

    assert show_progress(child()) == ["mira@besuch.example   parterre"]
    assert [line.endswith(("static files\n", "40 of 150 orders\n")) for line in shown] == [
        True,
        False,
        True,
    ]
    assert shown[1] == ""


def test_a_database_of_ones_own_that_does_not_answer_is_said_without_a_traceback(
    tmp_path: Path,
) -> None:
    nobody = {"DATABASE_URL": "postgresql://me@127.0.0.1:1/shop"}
    with pytest.raises(Died) as died:
        prepare(environment.for_tests() | nobody, RunFolder(tmp_path / ".run").make())
    told = str(died.value)
    assert told.startswith("DATABASE_URL: connection failed")
    assert told.endswith("The database could not be prepared.")
    assert "Traceback" not in told
