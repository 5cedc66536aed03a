"""Real threads with real connections, let go at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def run_at_once(count: int, work: Callable[[int], T]) -> list[T | Exception]:
    """Results in the order of the numbers 0..count-1; an exception is a result."""
    barrier = threading.Barrier(count)

    def run(number: int) -> T | Exception:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return work(number)
        except Exception as failure:  # noqa: BLE001 - the story looks at it
            return failure
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
