"""Every history begins with the same empty database: rows gone, counters at one."""

from __future__ import annotations

from django.db import connection

# Written by migrations.
KEPT = ("django_migrations", "django_content_type", "auth_permission")

_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)
    ORDER BY tablename
"""
_RESTART = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
        AND sequencename NOT LIKE ALL(%s)
"""
_with_rows: list[str] = []


def empty() -> None:
    """Deleting a few rows is ten times as fast as TRUNCATE of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # past the append-only guards
        cursor.execute(_question())
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(_RESTART, [[f"{table}%" for table in KEPT]])


def _question() -> str:
    """Which tables have rows, in one statement."""
    if not _with_rows:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES, [list(KEPT)])
            tables = [table for (table,) in cursor.fetchall()]
        parts = (
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"  # noqa: S608 - as above
            for table in tables
        )
        _with_rows.append(" UNION ALL ".join(parts))
    return _with_rows[0]
