from __future__ import annotations

from apps.core.invariants import Check

CHECKS = (
    Check(
        1,
        "a quota has sold no more places than its capacity, and has as many as its capacity",
        """
        SELECT format('quota %%s: %%s sold, %%s places, capacity %%s', q.id, p.sold, p.places, q.capacity)
        FROM inventory_quota q
        CROSS JOIN LATERAL (
            SELECT count(*) AS places, count(*) FILTER (WHERE claimed_until = 'infinity') AS sold
            FROM inventory_place WHERE quota_id = q.id
        ) p
        WHERE q.id > %(after)s AND q.id <= %(up_to)s
          AND (p.places <> q.capacity OR p.sold > q.capacity)
        ORDER BY q.id
        """,
        over="inventory_quota",
    ),
    Check(
        1,
        "a place is free, or has an owner",
        """
        SELECT format('place %%s', id) FROM inventory_place
        WHERE id > %(after)s AND id <= %(up_to)s
          AND (claimed_until = '-infinity') IS DISTINCT FROM (claim IS NULL)
        ORDER BY id
        """,
        over="inventory_place",
    ),
    Check(
        1,
        "a seat of an event is one place",
        """
        SELECT format('places %%s and %%s', p.id, other.id)
        FROM inventory_place p
        JOIN inventory_place other
            ON other.event_id = p.event_id AND other.seat_id = p.seat_id AND other.id > p.id
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
        ORDER BY p.id
        """,
        over="inventory_place",
    ),
)
