"""`python -m config.launch COMMAND`: what the Makefile calls, inside the virtual environment."""

from __future__ import annotations

import sys
from collections.abc import Callable

from config.launch import benching, demonstrating, linting, running, simulating, testing

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": running.main,
    "demo": demonstrating.main,
    "lint": linting.main,
    "bench": benching.main,
    "reset": running.reset,
    "simulate": simulating.main,
    "test": testing.main,
}

if __name__ == "__main__":
    try:
        sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
