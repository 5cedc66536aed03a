"""
Claiming places: all or nothing over several quotas, without a deadlock and without a false "sold out".

Quotas are claimed in id order. The first try skips locked rows and never waits. When it finds too few
it is rolled back, and a second try, in a new transaction, waits for the rows others hold, at most two
seconds, locking in the order (quota, place). Only that try may say "sold out".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from apps.inventory import sql
from apps.inventory.models import Draw, Quota

WAIT = "2s"
WAITING_ROUNDS = 5

T = TypeVar("T")


class SoldOut(Exception):
    """Fewer than `wanted` places are left in this quota."""

    def __init__(self, quota: Quota, *, wanted: int, left: int) -> None:
        super().__init__(f"{quota}: {wanted} wanted, {left} left")
        self.quota, self.wanted, self.left = quota, wanted, left


class VeryBusy(Exception):
    """Others hold the places we looked at, and did not decide in time: try again."""


class _TooFew(Exception):
    """The skipping try found too few; the waiting try decides."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`heads` of each variant (by id) of one event, held for `hold` from the database's now."""

    claim: UUID
    event_id: int
    heads: Mapping[int, int]
    hold: timedelta
    taking_over: UUID | None = None  # an order's earlier claim: its places are kept where they fit
    besides: frozenset[int] = frozenset()  # quotas where a place is there already


@dataclass(frozen=True, slots=True)
class Held:
    """The places of a claim by quota id, and until when; `until` is None when nothing can sell out."""

    places: Mapping[int, tuple[int, ...]]
    until: datetime | None

    @property
    def count(self) -> int:
        return sum(map(len, self.places.values()))


class Claimer(Protocol):
    def __call__(self, wish: Wish) -> Held: ...


def claiming(attempt: Callable[[Claimer], T]) -> T:
    """
    Run `attempt` in a transaction of its own, giving it the function that claims.

    The claim must be the first thing it locks, but for rows of the order it replaces.

    :raises SoldOut: nothing was claimed.
    :raises VeryBusy: nothing was claimed.
    """
    try:
        with transaction.atomic(durable=True):
            return attempt(_claim_skipping)
    except _TooFew:
        pass
    try:
        with transaction.atomic(durable=True):
            return attempt(_claim_waiting)
    except OperationalError as trouble:
        if others_were_quicker(trouble):
            raise VeryBusy from trouble
        raise


def others_were_quicker(trouble: OperationalError) -> bool:
    """They hold what we need, and did not decide in time."""
    return isinstance(trouble.__cause__, (LockNotAvailable, DeadlockDetected))


def claim_now(wish: Wish) -> Held:
    """
    Claim inside the caller's transaction (late money, complimentary tickets): waits at once.

    :raises SoldOut: nothing was claimed.
    """
    return _claim_waiting(wish)


def _claim_skipping(wish: Wish) -> Held:
    return _claim(wish, _take_skipping)


def _claim_waiting(wish: Wish) -> Held:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    return _claim(wish, _take_waiting)


Take = Callable[[Quota, int, Wish], list[sql.PlaceRow]]


def _claim(wish: Wish, take: Take) -> Held:
    sql.share_event(wish.event_id)
    places: dict[int, tuple[int, ...]] = {}
    ends: list[datetime] = []
    for quota, wanted in _needs(wish):
        rows = sql.take_over(quota.pk, wanted, wish.taking_over, wish.claim, wish.hold)
        if len(rows) < wanted:
            rows += take(quota, wanted - len(rows), wish)
        places[quota.pk] = tuple(row.id for row in rows)
        ends += [row.until for row in rows]
    if wish.taking_over is not None:
        sql.release(wish.taking_over)
    return Held(places, min(ends, default=None))


def _needs(wish: Wish) -> list[tuple[Quota, int]]:
    """How many places of which quota, in the order they are locked."""
    needed: dict[Quota, int] = {}
    draws = Draw.objects.filter(variant__in=list(wish.heads)).select_related("quota")
    for draw in draws.exclude(quota__in=wish.besides).order_by("quota_id"):
        needed[draw.quota] = needed.get(draw.quota, 0) + wish.heads[draw.variant_id]
    return list(needed.items())


def _take_skipping(quota: Quota, wanted: int, wish: Wish) -> list[sql.PlaceRow]:
    rows = sql.take_skipping(quota.pk, wanted, quota.capacity, wish.claim, wish.hold)
    if len(rows) < wanted:
        raise _TooFew
    return rows


def _take_waiting(quota: Quota, wanted: int, wish: Wish) -> list[sql.PlaceRow]:
    for _ in range(WAITING_ROUNDS):
        point = transaction.savepoint()
        rows = sql.take_waiting(quota.pk, wanted, wish.claim, wish.hold)
        if len(rows) == wanted:
            transaction.savepoint_commit(point)
            return rows
        transaction.savepoint_rollback(point)
        left = sql.count_free(quota.pk, limit=wanted)
        if left < wanted:
            raise SoldOut(quota, wanted=wanted, left=left)
    raise VeryBusy
