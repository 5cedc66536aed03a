"""Where the streams' process touches the database: in few threads, so with as few connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections

THREADS = 4

T = TypeVar("T")

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live")


async def in_pool(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_pool, _with_fresh_connection, work)


def _with_fresh_connection(work: Callable[[], T]) -> T:
    # These threads serve no requests, so nobody else looks whether their connection still lives.
    close_old_connections()
    return work()
