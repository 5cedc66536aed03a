from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.launch import process_table
from config.launch.folders import ROOT
from config.launch.lifeline import Job, Lifeline

STUBBORN = "trap '' TERM; echo $$ >> pids; while :; do sleep 0.1; done"
FAMILY = "sleep 600 & echo $! > pids; echo $$ >> pids; wait"

# A launcher in a process of its own, so that it can be killed.
LAUNCHER = """
import sys, time
from pathlib import Path
from config.launch.lifeline import Job, Lifeline
lifeline = Lifeline()
lifeline.start(Job("x", ["sh", "-c", sys.argv[1]], Path("log"), grace=0.5, remove=Path("rubbish")))
time.sleep(600)
"""


def wait_for(path: Path, lines: int) -> list[int]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and len(found := path.read_text().split()) == lines:
            return [int(pid) for pid in found]
        time.sleep(0.02)
    raise AssertionError(f"{path} did not get {lines} lines")


def alive(pid: int) -> bool:
    """A zombie is not: it only waits for somebody to read its exit code."""
    return any(row.pid == pid and row.state != "Z" for row in process_table.rows())


def wait_until_gone(pids: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


@pytest.mark.parametrize(("script", "processes"), [(FAMILY, 2), (STUBBORN, 1)])
def test_a_killed_launcher_takes_everything_with_it(
    tmp_path: Path, script: str, processes: int
) -> None:
    (tmp_path / "rubbish").mkdir()
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    pids = wait_for(tmp_path / "pids", processes)
    launcher.kill()
    launcher.wait()
    wait_until_gone(pids, 5)
    deadline = time.monotonic() + 5
    while (tmp_path / "rubbish").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_without_the_leash_the_child_would_stay(tmp_path: Path) -> None:
    """The control."""
    plain = "import subprocess, sys; subprocess.run(['sh', '-c', sys.argv[1]])"
    launcher = subprocess.Popen([sys.executable, "-c", plain, FAMILY], cwd=tmp_path)
    pids = wait_for(tmp_path / "pids", 2)
    launcher.kill()
    launcher.wait()
    time.sleep(1)
    assert all(alive(pid) for pid in pids)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_stopping_one_child_leaves_the_folder_and_the_others(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.mkdir()
    lifeline = Lifeline()
    command = ["sh", "-c", f"echo $$ >> {tmp_path}/pids; exec sleep 600"]
    one, other = (
        lifeline.start(Job("x", command, tmp_path / "log", remove=rubbish)) for _ in range(2)
    )
    pids = wait_for(tmp_path / "pids", 2)
    one.terminate()
    assert one.wait(5) == 128 + signal.SIGTERM
    assert rubbish.exists()
    assert other.poll() is None
    other.terminate()
    other.wait(5)
    wait_until_gone(pids, 1)


def test_the_exit_code_is_the_commands(tmp_path: Path) -> None:
    child = Lifeline().start(Job("x", ["sh", "-c", "echo said; exit 7"], tmp_path / "log"))
    assert child.wait(5) == 7
    assert (tmp_path / "log").read_text() == "said\n"
