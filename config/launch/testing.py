"""`make test`: pytest on servers of its own. Several may run at once."""

from __future__ import annotations

import os
import subprocess
import sys

from config.launch import chromium, messages
from config.launch import environment as environment_of
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.screen import plain, say
from config.launch.servers import throw_away_servers

NO_TESTS = 5  # pytest's exit code
# One more than there are processors: browsers and killed processes are mostly waited for. Each worker has
# a database of Valkey's sixteen to itself.
WORKERS = min((os.cpu_count() or 2) + 1, 12)


def main(arguments: list[str]) -> int:
    """The exit code of pytest."""
    messages.compile_all()
    browser = chromium.find_or_install()
    with interruptible(), throw_away_servers(Lifeline()) as servers:
        say("PostgreSQL and Valkey are up")
        environment = {**environment_of.for_tests(), **servers.environment()}
        if browser:
            environment["CHROMIUM"] = browser
        code = subprocess.run(
            [sys.executable, "-m", "pytest", *_options(arguments)], env=environment, check=False
        ).returncode
    return _judge(code, arguments)


def _options(arguments: list[str]) -> list[str]:
    options = ["-rs"]
    if os.environ.get("CI") == "true":
        options += ["-p", "config.launch.no_skips"]
    if not any(argument.startswith("-n") for argument in arguments):
        # One story at a time to whoever is free: no worker sits on a row of long ones at the end.
        options += ["-n", str(WORKERS), "--maxschedchunk", "1"]
    return [*options, *arguments]


def _judge(code: int, arguments: list[str]) -> int:
    if code != NO_TESTS or arguments or os.environ.get("CI") == "true":
        return code
    plain("no tests yet")
    return 0
