"""What a code takes off a ticket. The code itself is above: here is only what the price needs of it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.money import Money
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class Discount:
    """
    Off what the organizer asks for each ticket, so a price stays whole and its fee is that of the
    price. variants: ids; empty is all of the event's.
    """

    percent: int = 0
    amount_minor: int = 0
    variants: frozenset[int] = frozenset()

    def off(self, variant: Variant) -> Money:
        """Never more than the price. Half a cent is given away."""
        if self.variants and variant.pk not in self.variants:
            return Money.zero(variant.price.currency)
        share = (variant.price_minor * self.percent + 50) // 100
        return Money(min(share + self.amount_minor, variant.price_minor), variant.price.currency)


NO_DISCOUNT = Discount()
