"""PostgreSQL that migrates once for all workers, and whose flush between tests may empty append-only
tables: only a superuser can say so."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import creation, operations

from config.postgresql.base import DatabaseWrapper as ProductionWrapper

# The same before and after every test.
KEPT = ("django_content_type", "auth_permission")

# Most tables are empty after a test, and to truncate an empty one takes a millisecond all the same.
EMPTY_WHAT_IS_FILLED = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$
"""


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, *args: Any, **_options: Any) -> list[str]:
        _style, tables = args
        emptied = sorted(set(tables) - set(KEPT))
        if not emptied:
            return []
        return [
            f"LOCK TABLE {', '.join(self.quote_name(name) for name in emptied)}",
            "SET session_replication_role = replica",
            EMPTY_WHAT_IS_FILLED.format(names=", ".join(f"'{name}'" for name in emptied)),
            "SET session_replication_role = origin",
        ]


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args: Any, **options: Any) -> str:
        """The first of a run's workers migrates; the others wait for it and copy what it made."""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
        if run is None:
            return super().create_test_db(*args, **options)
        template, name = f"template_{run}", self.connection.settings_dict["TEST"]["NAME"]
        with self.connection._nodb_cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SET statement_timeout = 0")  # on a busy machine migrating takes a while
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [template])
            if cursor.rowcount:
                self._copy(cursor, template, to=name)
                self._use(name)
            else:
                super().create_test_db(*args, **options)
                self.connection.close()
                self._copy(cursor, name, to=template)
        return str(name)

    def _copy(self, cursor: Any, name: str, *, to: str) -> None:
        quote = self.connection.ops.quote_name
        cursor.execute(f"CREATE DATABASE {quote(to)} TEMPLATE {quote(name)}")

    def _use(self, name: str) -> None:
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name


class DatabaseWrapper(ProductionWrapper):
    ops_class = DatabaseOperations
    creation_class = DatabaseCreation
