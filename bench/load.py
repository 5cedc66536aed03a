"""Several clients at once, for some seconds or for so many operations."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

Operation = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Load:
    """
    :param client: makes the operation of one client.
    :param most: ends it before `seconds` are over.
    """

    client: Callable[[], Operation]
    clients: int
    seconds: float
    most: int = 1_000_000


@dataclass
class Ran:
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.latencies_ms)

    def percentile(self, percent: int) -> float:
        if self.count < 2:
            return self.latencies_ms[0]
        return statistics.quantiles(self.latencies_ms, n=100, method="inclusive")[percent - 1]


def run(load: Load) -> Ran:
    """
    :raises Unexpected: from any client; a wrong answer makes the figures worthless.
    """
    ran, counting = Ran(), threading.Lock()
    began = time.perf_counter()
    left = load.most

    def take_turn() -> bool:
        nonlocal left
        with counting:
            left -= 1
            return left >= 0 and time.perf_counter() - began < load.seconds

    def work() -> None:
        operation = load.client()
        while take_turn():
            start = time.perf_counter()
            operation()
            took = (time.perf_counter() - start) * 1000
            with counting:
                ran.latencies_ms.append(took)

    with ThreadPoolExecutor(load.clients) as pool:
        for done in [pool.submit(work) for _ in range(load.clients)]:
            done.result()
    ran.seconds = time.perf_counter() - began
    return ran
