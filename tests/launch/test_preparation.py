"""What the first start says while it makes its data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.launch.preparation import show_progress


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
