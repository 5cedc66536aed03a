"""Every history begins with the same empty database: rows gone, counters at one."""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction

from tests.database.base import EMPTY_WHAT_IS_FILLED, KEPT

# Written by migrations.
_KEPT = ("django_migrations", *KEPT)
_NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != ALL(%s)"
_COUNT_ANEW = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
        AND sequencename !~ %s
"""


def empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past append-only guards
        cursor.execute(_emptying())
        cursor.execute(_COUNT_ANEW, [f"^({'|'.join(_KEPT)})"])


@cache
def _emptying() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(_KEPT)])
        names = ", ".join(f"'{name}'" for (name,) in cursor.fetchall())
    return EMPTY_WHAT_IS_FILLED.format(names=names)
