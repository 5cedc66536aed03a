"""The database's clock of claims, shifted until the test's transaction is rolled back."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection


def shift_claims_clock(by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('parterre.clock_shift', %s, false)",
            [f"{by.total_seconds()} seconds"],
        )
