"""Reads that pages of several apps need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Min

from apps.core.money import Money
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class PriceRange:
    lowest: Money
    highest: Money

    @property
    def one_price(self) -> bool:
        return self.lowest == self.highest


def price_ranges(event_ids: Iterable[int]) -> dict[int, PriceRange]:
    """By event, over the variants the shop shows; an event without any is not in it. One query."""
    rows = (
        Variant.objects.shown()
        .filter(event__in=list(event_ids))
        .order_by()
        .values("event", "event__currency")
        .annotate(lowest=Min("price_minor"), highest=Max("price_minor"))
    )
    return {
        row["event"]: PriceRange(
            Money(row["lowest"], row["event__currency"]),
            Money(row["highest"], row["event__currency"]),
        )
        for row in rows
    }
