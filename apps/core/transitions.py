"""The only door to a state change: a table, a compare-and-set on the row, a trace of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models

_TRACE = """
    INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""

Table = Mapping[Any, Collection[Any]]  # state -> the states it may move to


class IllegalTransition(Exception):
    """The table does not allow this move."""

    def __init__(self, thing: models.Model, source: str, target: str) -> None:
        super().__init__(f"{thing._meta.label} {thing.pk}: {source} -> {target}")
        self.source, self.target = source, target


class LostRace(Exception):
    """Somebody else moved it first: reload and look again."""


class Stateful(models.Model):
    """A model with a `state` column and its table of allowed moves."""

    TRANSITIONS: Table
    state: Any

    class Meta:
        abstract = True


def allowed(thing: Stateful, target: str) -> bool:
    return target in thing.TRANSITIONS.get(thing.state, ())


def move(
    thing: Stateful, target: str, *, actor: str, at: datetime, reason: str = "", **fields: Any
) -> None:
    """
    Move `thing` from the state it was read in to `target`, setting `fields` with it.

    actor: "user:7", "provider:stripe", "system", ...
    :raises IllegalTransition: the table does not allow it.
    :raises LostRace: the row is no longer in the state it was read in; nothing was changed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a state change must commit together with what it causes")
    source = str(thing.state)
    if not allowed(thing, target):
        raise IllegalTransition(thing, source, target)
    expected: dict[str, Any] = {"pk": thing.pk, "state": source}
    rows = type(thing)._default_manager.filter(**expected)
    if rows.update(state=target, **fields) != 1:
        raise LostRace(f"{thing._meta.label} {thing.pk} is no longer {source}")
    for name, value in {"state": target, **fields}.items():
        setattr(thing, name, value)
    with connection.cursor() as cursor:
        cursor.execute(
            _TRACE,
            [thing._meta.label_lower, thing.pk, source, target, actor, reason[:500], at],
        )
