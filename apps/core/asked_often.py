"""A read that a hot path asks again and again: Django builds its SQL once, then only the value changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
V = TypeVar("V", str, int)


class AskedOften(Generic[M, V]):
    """
    build(value): the queryset, of which only this value changes. stand_in: a value of its kind that
    stands nowhere else in it. What is kept belongs to a thread and its connection.
    """

    def __init__(self, build: Callable[[V], QuerySet[M]], stand_in: V) -> None:
        self._build: Callable[[V], QuerySet[M]] = build
        self._stand_in: V = stand_in
        self._kept = threading.local()

    def first(self, value: V) -> M | None:
        kept: _Kept[M] | None = getattr(self._kept, "first", None)
        if kept is None or not kept.fits():
            rows = self._build(self._stand_in).order_by()[:1]
            kept = self._kept.first = _Kept(rows, self._stand_in)
        return next(iter(kept.all(value)), None)

    def get(self, value: V) -> M:
        """
        :raises ObjectDoesNotExist: there is none. Of several it is any one.
        """
        if (found := self.first(value)) is None:
            raise ObjectDoesNotExist(value)
        return found

    def all(self, value: V) -> list[M]:
        """In the order of the queryset."""
        kept: _Kept[M] | None = getattr(self._kept, "all", None)
        if kept is None or not kept.fits():
            kept = self._kept.all = _Kept(self._build(self._stand_in), self._stand_in)
        return kept.all(value)


class _Kept(Generic[M]):
    """A queryset whose compiler is kept, with the SQL it made."""

    def __init__(self, rows: QuerySet[M], stand_in: str | int) -> None:
        self._rows, self._stand_in = rows, stand_in
        compiler: Any = rows.query.get_compiler(using=rows.db)
        self._connection, self._alias = compiler.connection, rows.db
        self._sql, self._params = compiler.as_sql()
        self._values: tuple[Any, ...] = ()
        self._locks: bool = rows.query.select_for_update
        compiler.as_sql = lambda: (self._sql, self._values)
        query: Any = rows.query
        query.get_compiler = lambda **_of: compiler

    def fits(self) -> bool:
        """A thread may have several connections: each coroutine and greenlet of it has its own."""
        return connections[self._alias] is self._connection

    def all(self, value: str | int) -> list[M]:
        """
        :raises TransactionManagementError: it locks, and would let go at once; Django says so of SQL that is
            built, which happens once.
        """
        if self._locks and self._connection.get_autocommit():
            raise TransactionManagementError("it locks rows and needs a transaction")
        self._values = tuple(value if one == self._stand_in else one for one in self._params)
        return list(ModelIterable(self._rows))
