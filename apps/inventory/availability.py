"""How much is left, for showing. Never used to decide: claiming decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

from apps.inventory import sql
from apps.inventory.models import Quota

COUNT_UP_TO = 1_001  # "more than 1,000 left" is as good as any number
FRESH_SECONDS = 1
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Availability:
    """Places left by variant id, counted up to COUNT_UP_TO; a variant that is absent is unlimited."""

    left: Mapping[int, int]

    def of(self, variant_id: int) -> int | None:
        return self.left.get(variant_id)


def availability(event_id: int) -> Availability:
    """At most about a second old; one process at a time counts, the others show what was."""
    key = _key(event_id)
    kept: Availability | None = cache.get(key)
    if kept is not None and not cache.add(f"{key}:fresh", 1, timeout=FRESH_SECONDS):
        return kept
    counted = count(event_id)
    cache.set_many({key: counted}, timeout=KEPT_SECONDS)
    return counted


def learn(quota: Quota, left: int) -> None:
    """What a refused claim has found out is shown at once: a page says no more are left than it does."""
    kept: Availability | None = cache.get(_key(quota.event_id))
    if kept is None:
        return
    drawing = quota.draws.values_list("variant", flat=True)
    fewer = {variant: min(left, kept.left.get(variant, left)) for variant in drawing}
    learnt = Availability({**kept.left, **fewer})
    cache.set_many({_key(quota.event_id): learnt}, timeout=KEPT_SECONDS)


def sold_out_quotas(event_id: int) -> set[int]:
    """Quotas of which every place is sold; a held one may still come back."""
    quotas = Quota.objects.filter(event=event_id)
    return {quota.pk for quota in quotas if not sql.has_unsold(quota.pk)}


def count(event_id: int) -> Availability:
    """Straight from the rows."""
    left: dict[int, int] = {}
    for quota in Quota.objects.filter(event=event_id).prefetch_related("draws"):
        free = sql.count_free(quota.pk, limit=COUNT_UP_TO)
        for draw in quota.draws.all():
            left[draw.variant_id] = min(free, left.get(draw.variant_id, free))
    return Availability(left)


def _key(event_id: int) -> str:
    return f"availability:{event_id}"
