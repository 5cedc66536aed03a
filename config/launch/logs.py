"""What in the log of a child deserves a line on the screen."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

KEPT_BYTES = 5 * 1024 * 1024
LINES_MAX = 5
SHOWN_MAX = 200
# Errors of PostgreSQL are mostly answers to a question (a unique row was there already), and warnings
# of Valkey are about the machine.
SERVERS = re.compile(r"\b(PANIC|BUG REPORT|FATAL)\b(?!.*database system is)")
SERIOUS = {"postgres": SERVERS, "valkey": SERVERS}
# A device that does not trust our certificate (yet) is no trouble of ours.
SERIOUS_ELSEWHERE = re.compile(
    r"^(?!.*Invalid request from ip=\S+ \[SSL: )"
    r'.*((?<![%\w])(WARNING|ERROR|CRITICAL|FATAL)\b|"level": "(warning|error|critical)")'
)


def rotate(log: Path) -> None:
    """Keeps one older file."""
    if log.exists() and log.stat().st_size > KEPT_BYTES:
        log.replace(log.with_suffix(".old.log"))


@dataclass
class Tail:
    """The serious lines that came since the last look."""

    name: str
    log: Path
    position: int = 0

    def skip(self) -> None:
        self.position = self.log.stat().st_size if self.log.exists() else 0

    def news(self) -> list[str]:
        if not self.log.exists():
            return []
        with self.log.open("rb") as file:
            file.seek(self.position)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self.position += len(whole)
        pattern = SERIOUS.get(self.name, SERIOUS_ELSEWHERE)
        lines = whole.decode(errors="replace").splitlines()
        serious = [_short(line) for line in lines if pattern.search(line)]
        if len(serious) > LINES_MAX:
            more = f"… and {len(serious) - LINES_MAX} more in {self.log}"
            return [*serious[:LINES_MAX], more]
        return serious


def _short(line: str) -> str:
    """A structured line as `warning event key=value`; any other as it is."""
    try:
        entry = json.loads(line)
        words = [entry.pop("level"), entry.pop("event")]
    except (ValueError, KeyError, AttributeError):
        return line[:SHOWN_MAX]
    exception = entry.pop("exception", "")
    known = [
        f"{name}={value}" for name, value in entry.items() if name not in {"timestamp", "logger"}
    ]
    cause = exception.strip().splitlines()[-1:]
    return " ".join(map(str, [*words, *known, *cause]))[:SHOWN_MAX]
