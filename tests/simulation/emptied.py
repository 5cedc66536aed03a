"""Every history begins with the same empty database: rows gone, counters at one."""

from __future__ import annotations

from django.db import connection

# Written by migrations.
KEPT = ("django_migrations", "django_content_type", "auth_permission")

# Deleting a few rows is ten times as fast as TRUNCATE of every table.
_EMPTY = """
    DO $$
    DECLARE name text; has_rows boolean;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- past the append-only guards
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                AND tablename NOT IN ({kept}) LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
            IF has_rows THEN
                EXECUTE format('DELETE FROM %I', name);
            END IF;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
            AND sequencename !~ '^({patterns})';
    END $$
""".format(  # noqa: S608 - names of our own tables
    kept=", ".join(f"'{table}'" for table in KEPT), patterns="|".join(KEPT)
)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
