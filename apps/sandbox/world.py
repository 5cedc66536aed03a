from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from threading import Lock
from typing import Any
from uuid import uuid4

from apps.sandbox.certificates import Certificates
from apps.sandbox.options import Options
from apps.sandbox.store import Store

Job = Callable[..., None]


class World:
    """What both providers share: the stored objects, a clock that can be moved, jobs that fall
    due, and the deliveries waiting for the courier."""

    def __init__(
        self,
        store: Store,
        options: Options,
        certificates: Certificates,
        jobs: Mapping[str, Job],
    ) -> None:
        self.store = store
        self.options = options
        self.certificates = certificates
        self.clock: Callable[[], float] = time.time
        self.outgoing: list[str] = []  # ids of deliveries written in this turn
        self.on_deliveries: Callable[[list[str]], None] = lambda _: None
        self._jobs = jobs
        self._overtakers = cycle((True, False))
        self._in_flight: set[str] = set()
        self._in_flight_lock = Lock()
        self._shift = float((store.get("switch", "clock") or {"shift": 0})["shift"])

    # The clock

    def now(self) -> int:
        return int(self.time())

    def time(self) -> float:
        return self.clock() + self._shift

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        self._shift += seconds
        self.store.put("switch", "clock", {"shift": self._shift})

    @property
    def shift(self) -> float:
        return self._shift

    # Turns and jobs

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One change of the world: all of it or nothing, after whatever fell due before."""
        with self._commit():
            self._run_due_jobs()
        with self._commit():
            yield

    def tick(self) -> None:
        with self._commit():
            self._run_due_jobs()

    @contextmanager
    def _commit(self) -> Iterator[None]:
        with self.store.transaction():
            self.outgoing = []
            yield
            waiting = self.outgoing
        if waiting:
            self.on_deliveries(waiting)

    def later(self, seconds: float, job: str, *, name: str = "", **args: Any) -> None:
        """A job under a name replaces the one of that name."""
        key = name or uuid4().hex
        self.store.put(
            "job", key, {"id": key, "due": self.time() + seconds, "job": job, "args": args}
        )

    def forget(self, name: str) -> None:
        self.store.delete("job", name)

    def _run_due_jobs(self) -> None:
        for job in self.store.due_jobs(self.time()):
            self.store.delete("job", job["id"])
            self._jobs[job["job"]](self, **job["args"])

    def hold_back(self) -> bool:
        """Every other time."""
        return next(self._overtakers)

    # Idempotency keys being worked on right now; a crash forgets them, as it should

    @contextmanager
    def in_flight(self, key: str) -> Iterator[bool]:
        """Yields whether the key is ours; False while another request holds it."""
        with self._in_flight_lock:
            mine = key not in self._in_flight
            self._in_flight.add(key)
        try:
            yield mine
        finally:
            if mine:
                with self._in_flight_lock:
                    self._in_flight.discard(key)


def iso(at: float) -> str:
    """PayPal's form of a time: seconds, Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
