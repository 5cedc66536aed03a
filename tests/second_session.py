"""A second database session inside one test, to stop it half-way and look from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

Run = Callable[[Callable[[], Any]], Any]


@contextmanager
def second_session() -> Iterator[Run]:
    """Gives `run(work)`: does the work on a thread whose connection stays open between calls."""
    with ThreadPoolExecutor(1) as thread:

        def run(work: Callable[[], Any]) -> Any:
            return thread.submit(work).result(timeout=30)

        try:
            yield run
        finally:
            run(lambda: connection.close())  # the thread's own connection
