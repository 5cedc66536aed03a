"""One line of the table: what an operation costs, seen from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.database import Database
from bench.load import Load, Ran, run
from bench.processes import COUNTED, Family

QUIET_SECONDS = 0.3
PATIENCE_SECONDS = 120


def yardstick_ms() -> float:
    """
    CPU time of a fixed piece of Python. The same work costs more on a machine that is shared, because
    its caches and threads of a core are: runs can be compared by it.
    """
    began = time.process_time()
    words: dict[str, int] = {}
    for number in range(200_000):
        words[str(number % 5_000)] = number
    return (time.process_time() - began) * 1000


@dataclass(frozen=True, slots=True)
class Line:
    """
    :param cpu_ms: of one operation, by group.
    :param floor_ms: the CPU time of pgbench and PostgreSQL for the same statements.
    """

    name: str
    ran: Ran
    cpu_ms: dict[str, float]
    statements: float
    floor_ms: float | None = None

    @property
    def total_ms(self) -> float:
        return sum(self.cpu_ms[group] for group in COUNTED)


@dataclass(frozen=True)
class Meter:
    database: Database
    family: Family

    def measure(self, name: str, load: Load) -> Line:
        return self.measure_work(name, lambda: run(load))

    def measure_work(self, name: str, work: Callable[[], Ran]) -> Line:
        before, statements = self.family.cpu_ms(), self.database.statements()
        ran = work()
        time.sleep(QUIET_SECONDS)  # an answer is sent before its process has tidied up
        after, more = self.family.cpu_ms(), self.database.statements()
        cpu = {group: (after[group] - before[group]) / ran.count for group in after}
        return Line(name, ran, cpu, (more - statements) / ran.count)

    def drain(self, queue: str = "%") -> None:
        """
        Until every delivery of these queues is done.

        :raises TimeoutError:
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.database.waiting(queue):
            if time.monotonic() > deadline:
                raise TimeoutError(f"deliveries of {queue} are not done")
            time.sleep(0.1)
