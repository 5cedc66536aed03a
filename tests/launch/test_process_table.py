from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch import process_table

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)", "it) sleeps"]


@pytest.fixture
def sleeper() -> Iterator[int]:
    with subprocess.Popen(SLEEPER) as process:
        yield process.pid
        process.kill()


def row_of(pid: int) -> process_table.Row:
    return next(row for row in process_table.rows() if row.pid == pid)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_machine_without_ps(sleeper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    found = row_of(sleeper)
    assert (found.parent, found.command.endswith("it) sleeps")) == (os.getpid(), True)
    assert found.state in {"R", "S", "D"}


def test_a_machine_without_proc(sleeper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    known = row_of(sleeper)
    monkeypatch.setattr(process_table, "PROC", Path("/nonexistent"))
    found = row_of(sleeper)
    assert (found.pid, found.parent, found.command) == (known.pid, known.parent, known.command)
