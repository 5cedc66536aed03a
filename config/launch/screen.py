"""Short lines for a person who waits."""

from __future__ import annotations

import sys
import time

_STARTED = time.monotonic()


def say(line: str) -> None:
    """With the seconds since the start."""
    plain(f"{time.monotonic() - _STARTED:6.1f} s  {line}")


def plain(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
