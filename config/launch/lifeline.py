"""Children that cannot outlive this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from config.launch.account import Account

LEASH = Path(__file__).with_name("leash.py")


@dataclass(frozen=True)
class Job:
    """
    :param log: gets what the command prints.
    :param grace: seconds between the stop signal and the kill.
    :param account: whom to run as; None is ourselves.
    :param descriptors: open ones that the command inherits.
    :param remove: a folder to delete when we were killed and cannot do it ourselves.
    """

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    stop: signal.Signals = signal.SIGTERM
    grace: float = 5
    account: Account | None = None
    descriptors: tuple[int, ...] = ()
    remove: Path | None = None


class Lifeline:
    """The writing end of a pipe; when it closes, every leash stops its command."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        """Terminating the answer stops the command and all it started."""
        order = {
            "lifeline": self._reading,
            "command": job.command,
            "stop": int(job.stop),
            "grace": job.grace,
            "descriptors": job.descriptors,
            "user": [job.account.uid, job.account.gid] if job.account else None,
            "remove": str(job.remove) if job.remove else None,
        }
        with job.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(LEASH), json.dumps(order)],
                env=job.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._reading, *job.descriptors],
                start_new_session=True,
            )
