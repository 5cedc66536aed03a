"""The statements on places. All that writes a place is here; all locks in (quota, id) order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

# Advisory lock: sales of an event share it, rebinding its variants has it alone.
EVENT_LOCK = 7_001

# NO KEY: a plain FOR UPDATE would block the foreign-key checks of every confirmation.
# ARRAY: the limits are unknown to the planner, and a join with `picked` would read every place there is.
_TAKE_SKIPPING = """
    WITH after_start AS (
        SELECT id FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until = '-infinity' AND number >= %(start)s
        ORDER BY number LIMIT %(wanted)s FOR NO KEY UPDATE SKIP LOCKED
    ), before_start AS (
        SELECT id FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until = '-infinity' AND number < %(start)s
        ORDER BY number LIMIT %(wanted)s - (SELECT count(*) FROM after_start)
        FOR NO KEY UPDATE SKIP LOCKED
    ), lapsed AS (
        SELECT id FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until > '-infinity' AND claimed_until < 'infinity'
          AND claimed_until <= inventory_now()
        ORDER BY claimed_until
        LIMIT %(wanted)s - (SELECT count(*) FROM after_start) - (SELECT count(*) FROM before_start)
        FOR NO KEY UPDATE SKIP LOCKED
    ), picked AS (
        SELECT id FROM after_start UNION ALL SELECT id FROM before_start UNION ALL SELECT id FROM lapsed
    )
    UPDATE inventory_place p SET claim = %(claim)s, claimed_until = inventory_now() + %(hold)s
    WHERE p.id = ANY (ARRAY(SELECT id FROM picked)) RETURNING p.id, p.claimed_until
"""

_TAKE_WAITING = """
    WITH candidates AS MATERIALIZED (
        SELECT id FROM (
            (SELECT id FROM inventory_place
             WHERE quota_id = %(quota)s AND claimed_until = '-infinity'
             ORDER BY number LIMIT %(wanted)s)
            UNION ALL
            (SELECT id FROM inventory_place
             WHERE quota_id = %(quota)s AND claimed_until > '-infinity' AND claimed_until < 'infinity'
               AND claimed_until <= inventory_now()
             ORDER BY claimed_until LIMIT %(wanted)s)
        ) AS either_kind LIMIT %(wanted)s
    ), picked AS (
        SELECT p.id FROM inventory_place p
        WHERE p.id IN (SELECT id FROM candidates) AND p.claimed_until <= inventory_now()
        ORDER BY p.id FOR NO KEY UPDATE OF p
    )
    UPDATE inventory_place p SET claim = %(claim)s, claimed_until = inventory_now() + %(hold)s
    FROM picked WHERE p.id = picked.id RETURNING p.id, p.claimed_until
"""

_TAKE_OVER = """
    WITH picked AS (
        SELECT id FROM inventory_place
        WHERE claim = %(old)s AND quota_id = %(quota)s
          AND claimed_until > inventory_now() AND claimed_until < 'infinity'
        ORDER BY id LIMIT %(wanted)s FOR NO KEY UPDATE
    )
    UPDATE inventory_place p SET claim = %(claim)s, claimed_until = inventory_now() + %(hold)s
    FROM picked WHERE p.id = picked.id RETURNING p.id, p.claimed_until
"""

# What is ours is what carries our claim, also when it lapsed: nobody else took it yet.
_OURS = """
    WITH ours AS (
        SELECT id FROM inventory_place WHERE claim = %(claim)s {some}
        ORDER BY quota_id, id FOR NO KEY UPDATE
    )
    UPDATE inventory_place p SET {change} FROM ours WHERE p.id = ours.id
    RETURNING p.quota_id, p.id
"""
_SOME = "AND id = ANY(%(places)s)"
_SETTLE = _OURS.format(some="", change="claimed_until = 'infinity'")
_EXTEND = _OURS.format(some="", change="claimed_until = greatest(p.claimed_until, %(until)s)")
_RELEASE = _OURS.format(
    some="AND claimed_until < 'infinity'", change="claim = NULL, claimed_until = '-infinity'"
)
_GIVE_BACK = _OURS.format(some=_SOME, change="claim = NULL, claimed_until = '-infinity'")
_HAND_OVER = _OURS.format(some=_SOME + " AND claimed_until = 'infinity'", change="claim = %(to)s")

_HOLD_AS = """
    UPDATE inventory_place SET claimed_until = coalesce(%(until)s::timestamptz, 'infinity')
    WHERE id = ANY(%(places)s) AND claim IS NOT NULL RETURNING quota_id, id
"""
_PLACES_OF = (
    "SELECT quota_id, id FROM inventory_place WHERE claim = %(claim)s ORDER BY quota_id, id"
)

_COUNT_FREE = """
    SELECT (SELECT count(*) FROM (
        SELECT 1 FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until = '-infinity' LIMIT %(limit)s) AS free)
    + (SELECT count(*) FROM (
        SELECT 1 FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until > '-infinity' AND claimed_until < 'infinity'
          AND claimed_until <= inventory_now() LIMIT %(limit)s) AS lapsed)
"""


_HAS_UNSOLD = """
    SELECT EXISTS (SELECT 1 FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until = '-infinity')
    OR EXISTS (SELECT 1 FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until > '-infinity' AND claimed_until < 'infinity')
"""


class PlaceRow(NamedTuple):
    id: int
    until: datetime


class OwnPlace(NamedTuple):
    quota_id: int
    id: int


def _rows(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def share_event(event_id: int) -> None:
    _rows(
        "SELECT pg_advisory_xact_lock_shared(%(lock)s, %(event)s)", lock=EVENT_LOCK, event=event_id
    )


def own_event(event_id: int) -> None:
    _rows("SELECT pg_advisory_xact_lock(%(lock)s, %(event)s)", lock=EVENT_LOCK, event=event_id)


def take_skipping(
    quota: int, wanted: int, capacity: int, claim: UUID, hold: timedelta
) -> list[PlaceRow]:
    """From a random number on, so that claims do not walk over each other's fresh dead rows."""
    start = 1 + secrets.randbelow(max(capacity, 1))
    rows = _rows(_TAKE_SKIPPING, quota=quota, wanted=wanted, start=start, claim=claim, hold=hold)
    return [PlaceRow(*row) for row in rows]


def take_waiting(quota: int, wanted: int, claim: UUID, hold: timedelta) -> list[PlaceRow]:
    rows = _rows(_TAKE_WAITING, quota=quota, wanted=wanted, claim=claim, hold=hold)
    return [PlaceRow(*row) for row in rows]


def take_over(
    quota: int, wanted: int, old: UUID | None, claim: UUID, hold: timedelta
) -> list[PlaceRow]:
    if old is None:
        return []
    rows = _rows(_TAKE_OVER, quota=quota, wanted=wanted, old=old, claim=claim, hold=hold)
    return [PlaceRow(*row) for row in rows]


def settle(claim: UUID) -> list[OwnPlace]:
    return [OwnPlace(*row) for row in _rows(_SETTLE, claim=claim)]


def extend(claim: UUID, until: datetime) -> list[OwnPlace]:
    return [OwnPlace(*row) for row in _rows(_EXTEND, claim=claim, until=until)]


def release(claim: UUID) -> list[OwnPlace]:
    """Frees what is held; what is sold stays sold."""
    return [OwnPlace(*row) for row in _rows(_RELEASE, claim=claim)]


def give_back(claim: UUID, places: Sequence[int]) -> list[OwnPlace]:
    """Frees sold places too."""
    return [OwnPlace(*row) for row in _rows(_GIVE_BACK, claim=claim, places=list(places))]


def hand_over(claim: UUID, places: Sequence[int], to: UUID) -> list[OwnPlace]:
    return [OwnPlace(*row) for row in _rows(_HAND_OVER, claim=claim, places=list(places), to=to)]


def hold_as(places: Sequence[int], until: datetime | None) -> None:
    """Give freshly taken places the end their claim already has; None is sold."""
    _rows(_HOLD_AS, places=list(places), until=until)


def places_of(claim: UUID) -> list[OwnPlace]:
    return [OwnPlace(*row) for row in _rows(_PLACES_OF, claim=claim)]


def held_until(claim: UUID) -> datetime | None:
    rows = _rows(
        "SELECT max(claimed_until) FROM inventory_place"
        " WHERE claim = %(claim)s AND claimed_until < 'infinity'",
        claim=claim,
    )
    until: datetime | None = rows[0][0]
    return until


def count_free(quota: int, *, limit: int) -> int:
    """Free and lapsed places, counted up to `limit`."""
    return min(int(_rows(_COUNT_FREE, quota=quota, limit=limit)[0][0]), limit)


def has_unsold(quota: int) -> bool:
    return bool(_rows(_HAS_UNSOLD, quota=quota)[0][0])
