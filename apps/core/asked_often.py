"""A read that a hot path asks again and again: Django builds its SQL once, then only the value changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)
_MARK = "\x01the value\x01"


class AskedOften(Generic[M]):
    """
    build(value): the queryset, with a text compared once or more and nothing else that changes. What is
    kept belongs to a thread, because its connection does.
    """

    def __init__(self, build: Callable[[str], QuerySet[M]]) -> None:
        self._build = build
        self._kept = threading.local()

    def first(self, value: str) -> M | None:
        kept: _Kept[M] | None = getattr(self._kept, "read", None)
        if kept is None:
            kept = self._kept.read = _Kept(self._build(_MARK).order_by()[:1])
        return kept.first(value)


class _Kept(Generic[M]):
    """A queryset whose compiler is kept, with the SQL it made."""

    def __init__(self, rows: QuerySet[M]) -> None:
        self._rows = rows
        compiler: Any = rows.query.get_compiler(using=rows.db)
        self._sql, self._params = compiler.as_sql()
        self._values: tuple[Any, ...] = ()
        compiler.as_sql = lambda: (self._sql, self._values)
        query: Any = rows.query
        query.get_compiler = lambda **_of: compiler

    def first(self, value: str) -> M | None:
        self._values = tuple(value if given == _MARK else given for given in self._params)
        return next(iter(list(ModelIterable(self._rows))), None)
