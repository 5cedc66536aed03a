"""What an organizer types about stock, turned into quotas and who draws from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, DateTimeField, Func, Q, QuerySet

from apps.events.models import Event
from apps.inventory.models import FREE, SOLD, Place, Quota
from apps.inventory.rebind import lock_event
from apps.inventory.resize import resize
from apps.orders.services.rebind import rebind_variant
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class Usage:
    sold: int = 0
    held: int = 0

    @property
    def taken(self) -> int:
        return self.sold + self.held


class StillUsed(Exception):
    """A quota with sold or held places is not deleted."""

    def __init__(self, quota: Quota, usage: Usage) -> None:
        super().__init__(f"{quota}: {usage.sold} sold, {usage.held} held")
        self.quota, self.usage = quota, usage


def usage(quota_ids: Collection[int]) -> Mapping[int, Usage]:
    """By quota, straight from the rows; those without places are left out."""
    sold = Count("pk", filter=Q(claimed_until=SOLD))
    held = Count("pk", filter=held_now())
    rows = (
        Place.objects.filter(quota__in=quota_ids)
        .exclude(claimed_until=FREE)
        .values("quota")
        .annotate(sold=sold, held=held)
    )
    return {row["quota"]: Usage(row["sold"], row["held"]) for row in rows}


def held_now() -> Q:
    """Of a place, by the clock that decides about it."""
    now = Func(function="inventory_now", output_field=DateTimeField())
    return Q(claimed_until__gt=now) & ~Q(claimed_until=SOLD)


@transaction.atomic
def give_own_places(variant: Variant, capacity: int) -> None:
    """
    A quota of its own for a variant, named after it; it may draw from others as well.

    :raises TooSmall, SoldOut: fewer than what is sold or held; nothing was changed.
    """
    quota = own_quota(variant)
    if quota is not None:
        resize(quota, capacity)
        return
    quota = Quota.objects.create(event=variant.event, name=variant.name)
    resize(quota, capacity)
    rebind_variant(variant, [*quotas_of(variant), quota])


def own_quota(variant: Variant) -> Quota | None:
    """The one that only this variant draws from."""
    return _own_quotas(variant.event_id).filter(draws__variant=variant).first()


def shared_quotas(event: Event) -> QuerySet[Quota]:
    """Those that are not told at a variant: several draw from them, or nobody does yet."""
    own = {variant.pk: own_quota(variant) for variant in event.variants.all()}
    told = [quota.pk for quota in own.values() if quota is not None]
    return Quota.objects.filter(event=event, is_event_cap=False).exclude(pk__in=told).order_by("pk")


def _own_quotas(event_id: int) -> QuerySet[Quota]:
    quotas = Quota.objects.filter(event=event_id, is_event_cap=False)
    alone = quotas.annotate(drawing=Count("draws")).filter(drawing=1)
    return Quota.objects.filter(pk__in=alone.values("pk")).order_by("pk")


@transaction.atomic
def draw_from(quota: Quota, variants: Collection[Variant]) -> None:
    """
    Exactly these variants of its event draw from the quota.

    :raises SoldOut: it is too small for what was sold of them; nothing was changed.
    """
    wanted = {variant.pk for variant in variants}
    for variant in quota.event.variants.order_by("pk"):
        now = quotas_of(variant)
        draws = quota in now
        if (variant.pk in wanted) and not draws:
            rebind_variant(variant, [*now, quota])
        if draws and variant.pk not in wanted:
            rebind_variant(variant, [other for other in now if other != quota])


@transaction.atomic
def cap(event: Event) -> None:
    """
    Make the event's cap (max_attendees) true: one quota that every variant draws from.

    :raises TooSmall, SoldOut: it is smaller than what is sold or held; nothing was changed.
    """
    quota = Quota.objects.filter(event=event, is_event_cap=True).first()
    if event.max_attendees is None:
        if quota is not None:
            draw_from(quota, [])
            quota.delete()
        return
    if quota is None:
        quota = Quota.objects.create(event=event, name=event.title[:80], is_event_cap=True)
    if quota.capacity != event.max_attendees:
        resize(quota, event.max_attendees)
    draw_from(quota, list(event.variants.all()))


@transaction.atomic
def remove(quota: Quota) -> None:
    """
    :raises StillUsed: with the numbers; nothing was changed.
    """
    lock_event(quota.event_id)
    used = usage([quota.pk]).get(quota.pk, Usage())
    if used.taken:
        raise StillUsed(quota, used)
    draw_from(quota, [])
    quota.delete()


def quotas_of(variant: Variant) -> list[Quota]:
    return list(Quota.objects.filter(draws__variant=variant).order_by("pk"))


def capacity(event: Event) -> int | None:
    """The most heads that can be sold; None: no limit. An upper bound where quotas overlap."""
    quotas = list(event.quotas.prefetch_related("draws"))
    variants = set(event.variants.values_list("pk", flat=True))
    if not variants:
        return sum(quota.capacity for quota in quotas) or None
    drawing = {quota.pk: {draw.variant_id for draw in quota.draws.all()} for quota in quotas}
    shared = [quota.capacity for quota in quotas if drawing[quota.pk] >= variants]
    others = [quota for quota in quotas if drawing[quota.pk] and not drawing[quota.pk] >= variants]
    covered = set().union(*(drawing[quota.pk] for quota in others))
    bounds = [*shared, *([sum(q.capacity for q in others)] if covered >= variants else [])]
    return min(bounds, default=None)
