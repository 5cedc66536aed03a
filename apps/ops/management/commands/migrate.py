from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from apps.ops.begun_before import WHAT_TO_DO, begun_before


class Command(migrate.Command):
    """Django's, but it refuses a database that has a part of what a migration replaces."""

    def handle(self, *args: Any, **options: Any) -> None:
        begun = begun_before(connections[options["database"]])
        if begun:
            raise CommandError(
                f"This database stopped halfway through migrations that became one"
                f" ({', '.join(begun)}): {WHAT_TO_DO}."
            )
        super().handle(*args, **options)
