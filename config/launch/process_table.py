"""Who runs on this machine. A small Debian has no `ps`, and macOS no /proc."""

from __future__ import annotations

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Row:
    """
    :param state: one letter, Z for a zombie.
    """

    pid: int
    parent: int
    state: str
    command: str


def rows() -> list[Row]:
    return _from_proc() if (PROC / "self" / "stat").exists() else _from_ps()


def _from_proc() -> list[Row]:
    found = []
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            # The name in brackets may hold anything, also brackets.
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
            found.append(Row(int(folder.name), int(parent), state, command.strip()))
    return found


def _from_ps() -> list[Row]:
    shown = subprocess.run(
        ["ps", "-axwwo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split(None, 3) for line in shown.splitlines()]
    return [
        Row(int(pid), int(parent), state[0], "".join(command))
        for pid, parent, state, *command in lines
    ]
