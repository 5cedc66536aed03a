"""Tidies lapsed holds away. Nothing depends on it: a lapsed place is free by itself."""

from __future__ import annotations

from django.db import connection

SWEEP_MAX = 1_000

_SWEEP = """
    WITH lapsed AS (
        SELECT id FROM inventory_place
        WHERE claimed_until > '-infinity' AND claimed_until < inventory_now() - interval '1 day'
        ORDER BY quota_id, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE inventory_place p SET claim = NULL, claimed_until = '-infinity'
    FROM lapsed WHERE p.id = lapsed.id
"""


def sweep_lapsed() -> int:
    """A day after they lapsed, so that late money finds its places as long as nobody took them."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"limit": SWEEP_MAX})
        return int(cursor.rowcount)
