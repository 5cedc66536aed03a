"""Which quotas a variant draws from, also when sales began."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from apps.inventory import sql
from apps.inventory.claims import SoldOut
from apps.inventory.holds import by_quota, give_back
from apps.inventory.models import Draw, Quota
from apps.variants.models import Variant

_SHORTLY = timedelta(minutes=1)  # within one transaction; the real end is set right after


@dataclass(frozen=True, slots=True)
class Holding:
    """What one claim has of a variant: `heads`, and which places in the quotas it may lose."""

    claim: UUID
    heads: int
    until: datetime | None  # None: sold
    places: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by quota id


def lock_event(event_id: int) -> None:
    """No claim of this event starts until the transaction ends. Take it before listing holdings."""
    if not connection.in_atomic_block:
        raise RuntimeError("the lock lives as long as its transaction")
    sql.own_event(event_id)


def places_of(claim: UUID) -> dict[int, list[int]]:
    """Place ids by quota id."""
    return by_quota(sql.places_of(claim))


def held_until(claim: UUID) -> datetime | None:
    """The latest end of its holds; None when it holds nothing."""
    return sql.held_until(claim)


def rebind(
    variant: Variant, quotas: Collection[Quota], holdings: Sequence[Holding]
) -> list[dict[int, list[int]]]:
    """
    Let the variant draw from exactly these quotas. Per holding: the places it gained, by quota id.

    :raises SoldOut: a new quota is too small for what is sold and held; nothing was changed.
    """
    old = set(variant.draws.values_list("quota_id", flat=True))
    wanted = {quota.pk: quota for quota in quotas}
    gained: list[dict[int, list[int]]] = [{} for _ in holdings]
    for quota_id in sorted(wanted.keys() - old):
        for index, places in enumerate(_place_all(wanted[quota_id], holdings)):
            sql.hold_as(places, holdings[index].until)
            gained[index][quota_id] = places
    for quota_id in sorted(old - wanted.keys()):
        for holding in holdings:
            give_back(holding.claim, holding.places.get(quota_id, ()))
    Draw.objects.filter(variant=variant).exclude(quota__in=wanted).delete()
    Draw.objects.bulk_create(
        Draw(variant=variant, quota=wanted[quota_id]) for quota_id in sorted(wanted.keys() - old)
    )
    return gained


def _place_all(quota: Quota, holdings: Sequence[Holding]) -> list[list[int]]:
    needed = sum(holding.heads for holding in holdings)
    left = sql.count_free(quota.pk, limit=needed)
    if left < needed:
        raise SoldOut(quota, wanted=needed, left=left)
    placed: list[list[int]] = []
    for holding in holdings:
        rows = sql.take_waiting(quota.pk, holding.heads, holding.claim, _SHORTLY)
        if len(rows) < holding.heads:
            raise SoldOut(quota, wanted=needed, left=left)
        placed.append([row.id for row in rows])
    return placed
