"""PostgreSQL whose flush between tests may empty append-only tables: only a superuser can say so."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import operations

from config.postgresql.base import DatabaseWrapper as ProductionWrapper


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, *args: Any, **kwargs: Any) -> list[str]:
        statements = super().sql_flush(*args, **kwargs)
        if not statements:
            return []
        return [
            "SET session_replication_role = replica",
            *statements,
            "SET session_replication_role = origin",
        ]


class DatabaseWrapper(ProductionWrapper):
    ops_class = DatabaseOperations
