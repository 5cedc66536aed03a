"""CPU time and memory of the shop's processes, out of /proc."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# A word of the launcher's command line, and whose work it is.
_GROUPS = {
    "gunicorn": "web",
    '"worker"': "worker",
    "relay_outbox": "worker",
    '"beat"': "worker",
    "postgres": "postgres",
    "valkey": "valkey",
}
COUNTED = ("web", "worker", "postgres")


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    cpu_ms: float


@dataclass(frozen=True)
class Family:
    """
    :param launcher: the process whose children are the leashes of the shop's processes.
    """

    launcher: int

    def cpu_ms(self) -> dict[str, float]:
        """By group, since each began."""
        used: dict[str, float] = defaultdict(float)
        for group, process in self._members():
            used[group] += process.cpu_ms
        return used

    def web_worker_mb(self) -> float:
        """The largest process that answers requests, with its fair part of what it shares (PSS)."""
        return self._largest_mb("web")

    def worker_mb(self) -> float:
        """The largest process that takes tasks, likewise."""
        return self._largest_mb("worker")

    def _largest_mb(self, wanted: str) -> float:
        members = [process for group, process in self._members() if group == wanted]
        masters = {process.parent for process in members}
        return max(_pss_mb(process.pid) for process in members if process.pid not in masters)

    def _members(self) -> Iterator[tuple[str, _Process]]:
        children: dict[int, list[_Process]] = defaultdict(list)
        for process in _all():
            children[process.parent].append(process)
        for leash in children[self.launcher]:
            group = _group(leash.pid)
            waiting = [leash] if group else []
            while waiting:
                process = waiting.pop()
                yield group, process
                waiting += children[process.pid]


def _all() -> Iterator[_Process]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:  # it ended meanwhile
            continue
        # Fields 4 (parent) and 14 to 17 (times, its own and its children's) of proc(5).
        fields = stat.rpartition(")")[2].split()
        ticks = sum(int(field) for field in fields[11:15])
        yield _Process(int(entry.name), int(fields[1]), ticks * _TICK_MS)


def _group(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
    if "leash.py" not in command:
        return ""
    return next((group for word, group in _GROUPS.items() if word in command), "")


def _pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    lines = (line.split() for line in rollup.splitlines())
    return next(int(words[1]) for words in lines if words[0] == "Pss:") / 1024
