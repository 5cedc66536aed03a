from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from config.launch.lifeline import Job, Lifeline
from config.launch.supervisor import Supervisor


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor(Lifeline())
    yield made
    made.stop()


def look_after(supervisor: Supervisor, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.look_after()
        time.sleep(0.05)


def test_what_dies_is_started_again_and_named(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lives = tmp_path / "lives"
    command = ["sh", "-c", f"echo one >> {lives}; exit 3"]
    supervisor.start(lambda: Job("web", command, tmp_path / "log"))
    look_after(supervisor, 2.0)
    assert lives.read_text().split() == ["one", "one"]  # the second pause is longer
    said = capsys.readouterr().out
    assert "web ended with 3; again in 1 s" in said
    assert "web started again" in said
    assert "web ended with 3; again in 2 s" in said


def test_only_serious_lines_reach_the_screen(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (
        '{"event": "served", "level": "info"}',
        '{"event": "slow", "level": "warning", "order": "AB12", "timestamp": "now"}',
        '{"event": "broke", "level": "error", "exception": "Traceback\\\\n  x\\\\nValueError: no"}',
        "WARNING: plain",
    )
    command = ["printf", "%b", "".join(f"{line}\\n" for line in lines)]
    log = tmp_path / "log"
    log.write_text("ERROR of yesterday\n")
    supervisor.start(lambda: Job("web", command, log))
    look_after(supervisor, 0.8)
    said = [line.split(" s  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert [line for line in said if "ended" not in line] == [
        "web: warning slow order=AB12",
        "web: error broke ValueError: no",
        "web: WARNING: plain",
    ]


def test_servers_stop_after_those_who_use_them(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    script = "trap 'echo {0} >> {1}; exit' TERM; echo up >> {1}.{0}; while :; do sleep 0.05; done"
    supervisor = Supervisor(Lifeline())
    for name in ("postgres", "web"):
        job = Job(name, ["sh", "-c", script.format(name, ends)], tmp_path / "log")
        supervisor.start(partial(replace, job))
    while len(list(tmp_path.glob("ends.*"))) < 2:
        time.sleep(0.02)
    supervisor.stop()
    assert ends.read_text().split() == ["web", "postgres"]
