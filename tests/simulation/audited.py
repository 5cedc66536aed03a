"""All checks of the audit in one statement, because a hundred cost more to ask than to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connection

from apps.audit.registry import all_checks
from apps.core.invariants import Check

EVERYTHING = {"after": 0, "up_to": 2**62}  # ids: of few rows all are one range


def audited() -> Iterator[str]:
    """Name and row of each that breaks a rule."""
    statement, values = _all_of_them()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield from (f"{name} {row}" for name, row in cursor.fetchall())
    for check in all_checks():
        if check.look is not None:
            yield from (f"{check.name} {row}" for row in check.look())


@cache
def _all_of_them() -> tuple[str, dict[str, Any]]:
    asked = [_named(number, check) for number, check in enumerate(all_checks()) if check.sql]
    values = {name: value for _, own in asked for name, value in own.items()}
    return " UNION ALL ".join(statement for statement, _ in asked), values


def _named(number: int, check: Check) -> tuple[str, dict[str, Any]]:
    """Its values have its number in their names."""
    sql = re.sub(r"%\((\w+)\)s", rf"%(of{number}_\1)s", check.sql)
    values = {"name": check.name, **EVERYTHING, **check.values}
    asked = f"SELECT %(of{number}_name)s::text, broken::text FROM ({sql}) AS c{number}(broken)"  # noqa: S608 - our own checks
    used = {
        key: value for key, value in values.items() if f"%({key})s" in check.sql or key == "name"
    }
    return asked, {f"of{number}_{key}": value for key, value in used.items()}
