"""Waiting for a server to take connections."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable


class NotReady(Exception):
    """Not yet: ask again."""


class Died(Exception):
    """It ended while we waited; its log says why."""


def wait_until_ready(
    name: str, check: Callable[[], None], process: subprocess.Popen[bytes], seconds: float = 30
) -> None:
    """
    :param check: raises NotReady until the server answers.
    :raises Died: the process ended, or the time is up.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            check()
        except NotReady as error:
            if process.poll() is not None:
                raise Died(f"{name} ended with {process.returncode}") from error
            if time.monotonic() > deadline:
                raise Died(f"{name} did not answer within {seconds:.0f} s: {error}") from error
            time.sleep(0.05)
        else:
            return
