"""What an order's total contains, for pages and papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import Money
from apps.events.models import Event
from apps.orders.models import OrderLine
from apps.variants.refund_policy import said_once


@dataclass(frozen=True, slots=True)
class TaxPart:
    rate: str  # "7", "19", "8.1": per cent
    amount: Money


def taxes(lines: Iterable[OrderLine], currency: str) -> list[TaxPart]:
    """One part for each rate, the lowest first; nothing is said of a tax of nothing."""
    by_rate: dict[Decimal, int] = {}
    for line in lines:
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + line.tax_minor
    return [
        TaxPart(f"{rate.normalize():f}", Money(minor, currency))
        for rate, minor in sorted(by_rate.items())
        if rate and minor
    ]


def policies_of(lines: Iterable[OrderLine], event: Event) -> list[tuple[str, str]]:
    """What of it may be given back, in words; nothing is said of what costs nothing."""
    priced = [line for line in lines if line.total_minor]
    return said_once(((line.name, line.refund_policy) for line in priced), event.zone)
