"""PostgreSQL whose flush between tests may empty append-only tables: only a superuser can say so."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import operations

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


class DatabaseWrapper(ProductionWrapper):
    ops_class = DatabaseOperations
