"""Migrations, messages, static files, demo data: run when something they come from has changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from config.launch.folders import ROOT, RunFolder
from config.launch.ready import Died
from config.launch.screen import say

SOURCES = ("apps", "config", "static", "locale")
LOCK = ROOT / "requirements.lock"
# The messages of the last lines of the log are the ones that help.
LINES_SHOWN = 15
# A line that begins so says what is being done: it is shown at once, since the first start takes half a minute.
PROGRESS = "- "


def told_last_time(run: RunFolder, data: Path) -> list[str] | None:
    """
    What demo_data said; None when there is something to prepare.

    :param data: the database's folder; a new one is prepared anew.
    """
    stamp = _stamp(run)
    if not stamp.exists() or not (data / "PG_VERSION").exists():
        return None
    last = json.loads(stamp.read_text())
    told: list[str] = last["told"]
    return told if last["fingerprint"] == _fingerprint(data) else None


def prepare_and_remember(variables: dict[str, str], run: RunFolder, data: Path) -> list[str]:
    fingerprint = _fingerprint(data)  # before: what changes meanwhile is prepared next time
    told = prepare(variables, run)
    _stamp(run).write_text(json.dumps({"fingerprint": fingerprint, "told": told}))
    return told


def prepare(variables: dict[str, str], run: RunFolder) -> list[str]:
    """
    :raises Died: with the end of what it said.
    """
    log = run.logs / "prepare.log"
    command = [sys.executable, "-m", "config.launch.prepare"]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            told = show_progress(process.stdout or ())
        except BaseException:  # Ctrl-C: nobody waits for it
            process.kill()
            raise
    if process.returncode != 0:
        tail = log.read_text().splitlines()[-LINES_SHOWN:]
        raise Died("\n".join([*told, *tail, "The database could not be prepared."]))
    say("migrations, messages, static files and demo data are up to date")
    return told


def show_progress(lines: Iterable[str]) -> list[str]:
    """The lines that are not progress."""
    told = []
    for line in map(str.rstrip, lines):
        if line.startswith(PROGRESS):
            say(line)
        else:
            told.append(line)
    return told


def _stamp(run: RunFolder) -> Path:
    return run.root / "prepared.json"


def _fingerprint(data: Path) -> str:
    """Changes with any source file, with the database and once a day (the demo's dates move on)."""
    digest = hashlib.sha256(f"{datetime.now(UTC).date()} {sys.version}".encode())
    files = sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*.*"))
    for path in (LOCK, data / "PG_VERSION", *files):
        if "__pycache__" not in path.parts and path.suffix != ".mo":  # preparing makes those
            digest.update(f"{path} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()
