"""The only door to a state change: a table, a compare-and-set on the row, a trace of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

# One statement: what moves is traced, or nothing happens.
_MOVE = """
    WITH moved AS (
        UPDATE {table} SET {columns} WHERE {key} = %s AND state = %s RETURNING 1
    ), traced AS (
        INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
        SELECT %s, %s, %s, %s, %s, %s, %s FROM moved
    )
    SELECT count(*) FROM moved
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
    changed = {"state": target, **fields}
    if not _write(thing, source, changed, (actor, reason[:500], at)):
        raise LostRace(f"{thing._meta.label} {thing.pk} is no longer {source}")
    for name, value in changed.items():
        setattr(thing, name, value)


def _write(
    thing: Stateful, source: str, changed: Mapping[str, Any], trace: tuple[str, str, datetime]
) -> bool:
    """Whether the row was still in that state."""
    model = type(thing)
    values = [
        _field(model, name).get_db_prep_save(value, connection) for name, value in changed.items()
    ]
    about = (thing._meta.label_lower, thing.pk, source, changed["state"])
    with connection.cursor() as cursor:
        cursor.execute(_sql(model, tuple(changed)), [*values, thing.pk, source, *about, *trace])
        return bool(cursor.fetchone()[0])


@cache
def _sql(model: type[Stateful], names: tuple[str, ...]) -> str:
    """Built by hand: all sales run through here, and building takes longer than the database does."""
    quoted = connection.ops.quote_name
    columns = (f"{quoted(_field(model, name).column)} = %s" for name in names)
    return _MOVE.format(
        table=quoted(model._meta.db_table),
        columns=", ".join(columns),
        key=quoted(model._meta.pk.column),
    )


def _field(model: type[Stateful], name: str) -> models.Field[Any, Any]:
    """
    :raises TypeError: it is a relation of another table's.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model._meta.label}.{name} is no column")
    return field
