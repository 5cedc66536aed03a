"""
Migrations that stand for several older ones. A database that has all of those goes on as if it had these, a
new one begins with these; one that stopped halfway through the older ones needs the version that had them.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

WHAT_TO_DO = (
    "bring it to the last of them with the version before, as docs/operating.md says under Upgrading;"
    " `make reset` forgets the data of `make run`"
)


def begun_before(connection: BaseDatabaseWrapper) -> list[str]:
    """Those of which this database has a part: Django would step over them without a word."""
    loader = MigrationLoader(connection, load=False)
    loader.load_disk()
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(
        f"{migration.app_label}.{migration.name}"
        for migration in loader.disk_migrations.values()
        if applied & set(migration.replaces) and not applied >= set(migration.replaces)
    )
