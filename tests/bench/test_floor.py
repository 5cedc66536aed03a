"""The floor under the figures writes what the shop writes: its statements keep up with the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

FLOOR = Path(__file__).parents[2] / "bench" / "floor"
INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)")


def wanted(table: str) -> set[str]:
    """Columns that nobody fills in for whoever leaves them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_row_is_whole() -> None:
    missing = {}
    for script in sorted(FLOOR.glob("*.sql")):
        for table, columns in INSERT.findall(script.read_text()):
            given = {column.strip() for column in columns.split(",")}
            if lacking := wanted(table) - given:
                missing[f"{script.stem} {table}"] = lacking
    assert missing == {}
