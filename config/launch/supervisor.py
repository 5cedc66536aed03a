"""Keeps children running: starts them, says when one dies, starts it again, stops them all."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from config.launch.lifeline import Job, Lifeline
from config.launch.logs import Tail, rotate
from config.launch.screen import say

BACK_OFF_SECONDS = (1, 2, 5, 10, 30)
STABLE_SECONDS = 60
SERVERS = {"postgres", "valkey"}


@dataclass
class Child:
    """
    :param make: asked before every start, since a server may have to tidy up first.
    """

    name: str
    make: Callable[[], Job]
    process: subprocess.Popen[bytes]
    tail: Tail
    started: float
    deaths: int = 0
    due: float | None = None  # when it is started again


class Supervisor:
    def __init__(self, lifeline: Lifeline) -> None:
        self._lifeline = lifeline
        self._children: list[Child] = []

    def start(self, make: Callable[[], Job]) -> Child:
        job = make()
        rotate(job.log)
        tail = Tail(job.name, job.log)
        tail.skip()
        process = self._lifeline.start(job)
        child = Child(job.name, make, process, tail, time.monotonic())
        self._children.append(child)
        return child

    def look_after(self) -> None:
        """One round: news from the logs, deaths, starts that are due."""
        for child in self._children:
            for line in child.tail.news():
                say(f"{child.name}: {line}")
            if child.due is not None:
                if time.monotonic() >= child.due:
                    self._restart(child)
            elif child.process.poll() is not None:
                self._bury(child)

    def stop(self) -> None:
        """The servers last, so that they outlive those who use them."""
        for names in (self._names - SERVERS, SERVERS):
            group = [child.process for child in self._children if child.name in names]
            for process in group:
                process.terminate()
            for process in group:
                process.wait()
        self._children.clear()

    @property
    def _names(self) -> set[str]:
        return {child.name for child in self._children}

    def _bury(self, child: Child) -> None:
        if time.monotonic() - child.started > STABLE_SECONDS:
            child.deaths = 0
        wait = BACK_OFF_SECONDS[min(child.deaths, len(BACK_OFF_SECONDS) - 1)]
        child.deaths += 1
        child.due = time.monotonic() + wait
        code = child.process.returncode
        say(f"{child.name} ended with {code}; again in {wait} s (see {child.tail.log})")

    def _restart(self, child: Child) -> None:
        child.due = None
        child.started = time.monotonic()
        child.process = self._lifeline.start(child.make())
        say(f"{child.name} started again")
