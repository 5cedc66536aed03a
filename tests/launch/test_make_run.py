from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from config.launch.folders import ROOT
from tests.launch.checkout import Run, cleaned_up, copy_checkout, seconds_until_gone

PROGRAMS = (
    "postgres",
    "valkey",
    "run_sandbox",
    "gunicorn",
    "relay_outbox",
    "worker",
    "beat",
    "config.asgi",
)


@pytest.mark.long
def test_from_a_copy_killed_started_again_and_stopped(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "copy")
    (checkout / ".venv").symlink_to((ROOT / ".venv").resolve())
    with cleaned_up(checkout):
        with Run(checkout) as first:
            first.wait_until_ready(120)
            assert first.get("/healthz") == 200
            below = first.processes()
            while not all(name in " ".join(below.values()) for name in PROGRAMS):
                below = first.processes()
            os.kill(first.supervisor(), signal.SIGKILL)
            assert seconds_until_gone(below, 20) < 10
        with Run(checkout) as second:
            second.wait_until_ready(60)
            assert second.get("/healthz") == 200
            below = second.processes()
            assert second.stop() < 10
            assert seconds_until_gone(below, 5) < 1
            assert "stopped" in second.output.read_text()
