"""
A process that ends between two statements, a database that goes away, and a second worker in between.

All of them strike at the n-th statement of a step, and n is drawn; so they strike again at the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from tests.simulation.emptied import address
from tests.simulation.life import Life

STATEMENTS = 60  # of a step; most have fewer, then nothing happens
WAIT = "50ms"  # of a second worker for what the first one holds

Other = Callable[[Life], str]
Troubles = tuple[type[Exception], ...]
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


# It keeps its connection.
_second_worker = ThreadPoolExecutor(1)


class Killed(BaseException):
    """The process ends here; no `except` of it may notice."""


@dataclass
class At:
    """Does something around the n-th statement of this connection, once."""

    number: int
    strike: Callable[[Callable[[], Any]], Any]
    seen: int = 0

    def __call__(
        self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        self.seen += 1
        if self.seen != self.number:
            return execute(sql, params, many, context)
        return self.strike(lambda: execute(sql, params, many, context))

    @property
    def struck(self) -> bool:
        return self.seen >= self.number


def before(_execute: Callable[[], Any]) -> Any:
    raise Killed


def after(execute: Callable[[], Any]) -> Any:
    execute()
    raise Killed


def without_database(execute: Callable[[], Any]) -> Any:
    """It is restarted: every connection ends, and what was not committed is gone."""
    with psycopg.connect(**address(), autocommit=True) as other:
        assert connection.connection is not None
        pid = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    return execute()


@contextmanager
def dying(life: Life) -> Iterator[None]:
    """The step inside may not live to its end."""
    strike = life.one_of([before, after, before, after, without_database])
    at = At(number_of(life), strike)
    try:
        with connection.execute_wrapper(at):
            yield
    except Killed:
        # What was not committed is gone, as when its connection ends.
        life.tells(f"        … killed {strike.__name__} statement {at.number}")
    except (OperationalError, InterfaceError):
        if not at.struck:
            raise
        life.tells(f"        … the database went away at statement {at.number}")
    finally:
        if at.struck and strike is without_database:
            connection.close()
            life.sets_clock_of_claims()


@contextmanager
def overtaken(life: Life, other: Other, lived_with: Troubles) -> Iterator[None]:
    """
    Another worker does something, from its beginning to its end, in front of one statement of the step.

    Where it meets a lock of the step it gives up, as when waiting had lasted too long.
    """

    def in_between(execute: Callable[[], Any]) -> Any:
        outcome = _second_worker.submit(_alone, life, other, lived_with).result()
        life.tells(f"        … meanwhile, at statement {at.number}, {other.__name__}: {outcome}")
        return execute()

    at = At(number_of(life), in_between)
    with connection.execute_wrapper(at):
        yield


def _alone(life: Life, other: Other, lived_with: Troubles) -> str:
    try:
        life.sets_clock_of_claims()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [WAIT])
        return other(life) or "nothing to do"
    except lived_with as trouble:
        return type(trouble).__name__


def second_worker_goes() -> None:
    _second_worker.submit(_closes_its_connection).result()


def _closes_its_connection() -> None:
    connection.close()


def number_of(life: Life) -> int:
    """Rather an early one."""
    return 1 + int(STATEMENTS * life.chance.random() ** 2)
