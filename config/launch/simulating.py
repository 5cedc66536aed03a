"""`make simulate`: random histories on servers of its own."""

from __future__ import annotations

import subprocess
import sys

from config.launch import environment as environment_of
from config.launch import messages
from config.launch.folders import ROOT
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.servers import throw_away_servers


def main(arguments: list[str]) -> int:
    """1 when a history failed."""
    messages.compile_all()
    with interruptible(), throw_away_servers(Lifeline()) as servers:
        return subprocess.run(
            [sys.executable, "-m", "tests.simulation", *arguments],
            env={**environment_of.for_tests(), **servers.environment()},
            cwd=ROOT,
            check=False,
        ).returncode
