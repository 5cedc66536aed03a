"""
Every history begins with the same empty database: rows gone, counters at one.

On a connection of its own: to step past the guards of append-only tables makes a connection forget all
its plans, and those of the history are worth keeping.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import psycopg
from django.db import connection

from tests.database.base import EMPTY_WHAT_IS_FILLED, KEPT

# Written by migrations.
_KEPT = ("django_migrations", *KEPT)
_NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != ALL(%s)"
_COUNT_ANEW = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
        AND sequencename !~ %s
"""
_AS_REPLICA = "-c session_replication_role=replica -c plan_cache_mode=force_generic_plan"
_ADDRESS = ("host", "port", "user", "password", "dbname")

_sweepers: list[psycopg.Connection] = []


def empty() -> None:
    if not _sweepers:
        _sweepers.append(psycopg.connect(**address(), options=_AS_REPLICA, autocommit=True))
    (sweeper,) = _sweepers
    with sweeper.transaction():
        sweeper.execute(_emptying())
        sweeper.execute(_COUNT_ANEW, [f"^({'|'.join(_KEPT)})"])


def sweeper_goes() -> None:
    while _sweepers:
        _sweepers.pop().close()


def address() -> dict[str, Any]:
    """Of the database that this process uses."""
    of = connection.get_connection_params()
    return {name: of[name] for name in _ADDRESS if of.get(name)}


@cache
def _emptying() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(_KEPT)])
        names = ", ".join(f"'{name}'" for (name,) in cursor.fetchall())
    return EMPTY_WHAT_IS_FILLED.format(names=names)
