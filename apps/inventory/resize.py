"""Changing how many places a quota has."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from apps.events.models import Event
from apps.inventory.holds import give_back
from apps.inventory.models import SOLD, Place, Quota

BATCH = 20_000

_ADD = """
    INSERT INTO inventory_place (event_id, quota_id, number, claimed_until)
    SELECT %(event)s, %(quota)s, n, '-infinity'
    FROM generate_series(%(after)s + 1, %(after)s + %(count)s) AS n
"""
# Waits for claims in flight: a place somebody is just taking is not deleted under them.
_REMOVE = """
    WITH free AS (
        SELECT id FROM inventory_place
        WHERE quota_id = %(quota)s AND claimed_until <= inventory_now()
        ORDER BY number DESC LIMIT %(count)s
    ), locked AS (
        SELECT p.id FROM inventory_place p
        WHERE p.id IN (SELECT id FROM free) AND p.claimed_until <= inventory_now()
        ORDER BY p.id FOR UPDATE OF p
    )
    DELETE FROM inventory_place p USING locked WHERE p.id = locked.id
"""
_COUNT = """
    SELECT count(*) FILTER (WHERE claimed_until = 'infinity'),
           count(*) FILTER (WHERE claimed_until > inventory_now() AND claimed_until < 'infinity'),
           coalesce(max(number), 0)
    FROM inventory_place WHERE quota_id = %(quota)s
"""


class TooSmall(Exception):
    """A quota cannot be smaller than what is sold or held."""

    def __init__(self, *, sold: int, held: int, asked: int) -> None:
        super().__init__(f"{asked} asked, {sold} sold, {held} held")
        self.sold, self.held, self.asked = sold, held, asked


@transaction.atomic
def resize(quota: Quota, capacity: int) -> None:
    """
    Give the quota exactly `capacity` places.

    :raises TooSmall: with the numbers; nothing was changed.
    """
    locked = Quota.objects.select_for_update(no_key=True).get(pk=quota.pk)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"quota": locked.pk})
        sold, held, highest = cursor.fetchone()
        if capacity < sold + held:
            raise TooSmall(sold=sold, held=held, asked=capacity)
        for count in _batches(capacity - locked.capacity):
            cursor.execute(
                _ADD,
                {"event": locked.event_id, "quota": locked.pk, "after": highest, "count": count},
            )
            highest += count
        for count in _batches(locked.capacity - capacity):
            cursor.execute(_REMOVE, {"quota": locked.pk, "count": count})
            if cursor.rowcount < count:
                raise TooSmall(sold=sold, held=held + count - cursor.rowcount, asked=capacity)
    Quota.objects.filter(pk=locked.pk).update(capacity=capacity)
    quota.capacity = capacity


def withdraw(claim: UUID, places: Sequence[int]) -> None:
    """
    Sold places of units that ended are not sold again: their quotas have that many fewer. The event's
    own cap is about people, so there the place is free again, unless nothing else limits the variant.

    In the caller's transaction.
    :raises NotOurs: roll back.
    """
    ids = Place.objects.filter(pk__in=places).values_list("quota", flat=True)
    # In id order, each before its places.
    quotas = list(Quota.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    own = [quota for quota in quotas if not quota.is_event_cap] or quotas
    mine = Place.objects.filter(pk__in=places, claim=claim, claimed_until=SOLD)
    for quota in own:
        gone, _ = mine.filter(quota=quota).delete()
        Quota.objects.filter(pk=quota.pk).update(capacity=F("capacity") - gone)
        if quota.is_event_cap:
            Event.objects.filter(pk=quota.event_id).update(max_attendees=F("max_attendees") - gone)
    rest = list(Place.objects.filter(pk__in=places).values_list("pk", flat=True))
    give_back(claim, rest)


def _batches(count: int) -> list[int]:
    if count <= 0:
        return []
    whole, rest = divmod(count, BATCH)
    return [BATCH] * whole + ([rest] if rest else [])
