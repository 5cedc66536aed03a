"""A copy of this checkout and `make run` in it, as a newcomer would have them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config.launch import environment, process_table
from config.launch.folders import ROOT, RunFolder

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".run", "__pycache__", ".*_cache", "media")
READY = "  Shop http"


def copy_checkout(target: Path) -> Path:
    shutil.copytree(ROOT, target, ignore=NOT_COPIED)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Run:
    """One `make run`. `as_user` is a name; None is ourselves."""

    def __init__(self, checkout: Path, as_user: str | None = None) -> None:
        self.port = free_port()
        self.output = checkout / f"output-{self.port}"
        command = ["make", "run", f"PORT={self.port}"]
        if as_user:
            command = ["runuser", "-u", as_user, "--", *command]
        with self.output.open("wb") as output:
            self.make = subprocess.Popen(
                command,
                cwd=checkout,
                env=environment.bare(),  # less the servers of the tests
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever state it is in."""
        below = self.processes()
        with contextlib.suppress(StopIteration):
            os.kill(self.supervisor(), signal.SIGKILL)
        self.make.wait(20)
        seconds_until_gone(below, 20)

    def wait_until_ready(self, seconds: float) -> float:
        """The seconds it took."""
        while READY not in self.output.read_text():
            assert self.make.poll() is None, self.output.read_text()
            assert time.monotonic() - self.started < seconds, self.output.read_text()
            time.sleep(0.1)
        return time.monotonic() - self.started

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=10) as answer:
            status: int = answer.status
            return status

    def processes(self) -> dict[int, str]:
        """All below make, by pid."""
        rows = process_table.rows()
        found = {self.make.pid: "make"}
        for _generation in range(6):
            found |= {row.pid: row.command for row in rows if row.parent in found}
        return found

    def supervisor(self) -> int:
        return next(
            pid
            for pid, args in self.processes().items()
            if "-m config.launch run" in args and "runuser" not in args
        )

    def stop(self) -> float:
        """By Ctrl-C; the seconds it took."""
        began = time.monotonic()
        os.kill(self.supervisor(), signal.SIGINT)
        self.make.wait(30)
        return time.monotonic() - began


def seconds_until_gone(pids: dict[int, str], patience: float) -> float:
    began = time.monotonic()
    while left := _living(pids):
        assert time.monotonic() - began < patience, left
        time.sleep(0.1)
    return time.monotonic() - began


def _living(pids: dict[int, str]) -> dict[int, str]:
    rows = process_table.rows()
    return {row.pid: row.command for row in rows if row.pid in pids and row.state != "Z"}


@contextlib.contextmanager
def cleaned_up(checkout: Path) -> Iterator[None]:
    """Also the servers' data, which as root lies elsewhere."""
    try:
        yield
    finally:
        RunFolder(checkout / ".run").make().remove()
