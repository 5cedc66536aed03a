"""What a selection costs, and what of it is tax and platform fee. Both are contained in the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import Money, total
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class PricedLine:
    variant: Variant
    quantity: int
    unit_price: Money
    total: Money
    tax: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[PricedLine, ...]
    total: Money
    tax: Money
    fee: Money


def quote_upgrade(variant: Variant, paid: Money, *, fee_percent: Decimal) -> Quote:
    """One of it for the difference to what was paid before, at least nothing."""
    difference = max(variant.price - paid, Money.zero(paid.currency))
    tax = difference.included_tax(variant.tax_rate)
    fee = difference.percent(fee_percent)
    line = PricedLine(variant, 1, difference, difference, tax, fee)
    return Quote(lines=(line,), total=difference, tax=tax, fee=fee)


def quote(lines: Sequence[tuple[Variant, int]], *, fee_percent: Decimal) -> Quote:
    """
    Price a selection of one event.

    The fee is fee_percent of the order's total, rounded half up once, and allocated to the lines
    by largest remainder, so that the lines always sum to the order. The organizer bears it.

    :raises ValueError: the selection is empty.
    :raises CurrencyMismatch: the variants are of events in different currencies.
    """
    if not lines:
        raise ValueError("nothing to price")
    currency = lines[0][0].price.currency
    totals = [variant.price * quantity for variant, quantity in lines]
    gross = total(totals, currency)
    fee = gross.percent(fee_percent)
    fees = fee.allocate([t.minor for t in totals]) if gross else totals
    taxes = [
        t.included_tax(variant.tax_rate) for t, (variant, _) in zip(totals, lines, strict=True)
    ]
    return Quote(
        lines=tuple(
            PricedLine(variant, quantity, variant.price, line_total, tax, line_fee)
            for (variant, quantity), line_total, tax, line_fee in zip(
                lines, totals, taxes, fees, strict=True
            )
        ),
        total=gross,
        tax=total(taxes, currency),
        fee=fee,
    )
