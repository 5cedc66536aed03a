"""What a selection costs, and what of it is tax and platform fee. Both are contained in the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from apps.accounts.fees import Terms
from apps.core.money import Money, total
from apps.variants.discount import NO_DISCOUNT, Discount
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class TicketPrice:
    """
    What a buyer pays for one: what the organizer asks, and the fee on top when buyers bear it.

    discount: what a code took off it before.
    """

    face: Money
    buyer_fee: Money
    discount: Money | None = None

    @property
    def total(self) -> Money:
        return self.face + self.buyer_fee

    @property
    def before(self) -> Money:
        """Without the code."""
        return self.total + self.discount if self.discount else self.total


@dataclass(frozen=True, slots=True)
class PricedLine:
    """
    unit_price, total: what the buyer pays. buyer_fee: what of it came on top, all of the fee or nothing.
    discount: what a code took off the line; it is in neither of them.
    """

    variant: Variant
    quantity: int
    unit_price: Money
    total: Money
    tax: Money
    fee: Money
    buyer_fee: Money
    discount: Money

    @property
    def before(self) -> Money:
        """Without the code."""
        return self.total + self.discount


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[PricedLine, ...]
    total: Money
    tax: Money
    fee: Money
    buyer_fee: Money
    discount: Money


def price_of(variant: Variant, *, terms: Terms, discount: Discount = NO_DISCOUNT) -> TicketPrice:
    """What is shown first and paid in the end."""
    full = _priced(variant, variant.price, terms.fee(variant.price_minor))
    if not (off := discount.off(variant)):
        return full
    face = variant.price - off
    less = _priced(variant, face, terms.fee(face.minor))
    return TicketPrice(less.face, less.buyer_fee, full.total - less.total)


def upgrade_price(variant: Variant, paid: Money, *, terms: Terms) -> TicketPrice:
    """What is to pay when so much was paid for the ticket before, without a fee on top of it."""
    difference, fee = _difference(variant, paid, terms)
    return _priced(variant, difference, fee)


def quote_upgrade(variant: Variant, paid: Money, *, terms: Terms) -> Quote:
    """
    One of it for the difference to what was paid before, at least nothing.

    The fee is the difference too, of the better ticket's and the old one's: so nothing fixed is
    taken twice for one ticket.
    """
    difference, fee = _difference(variant, paid, terms)
    return _quote([(variant, 1)], [difference], [fee], [Money.zero(difference.currency)])


def quote(
    lines: Sequence[tuple[Variant, int]], *, terms: Terms, discount: Discount = NO_DISCOUNT
) -> Quote:
    """
    Price a selection of one event, on the terms in force.

    The fee is reckoned per ticket and not rounded yet. When the organizer bears it, the order's fee
    is the sum rounded half up once, and its lines get their parts by largest remainder. When the
    buyers bear it, each ticket's fee is rounded half up, because it is in a price that is shown. In
    both cases the lines sum to the order, and no line's fee leaves the bounds of its tickets'.
    A discount is taken off each ticket first: tax and fee are those of what is paid.

    :raises ValueError: the selection is empty.
    :raises CurrencyMismatch: the variants are of events in different currencies.
    """
    if not lines:
        raise ValueError("nothing to price")
    prices = [price_of(variant, terms=terms, discount=discount) for variant, _ in lines]
    faces = [price.face for price in prices]
    fees = [terms.fee(face.minor) for face in faces]
    nothing = Money.zero(faces[0].currency)
    return _quote(lines, faces, fees, [price.discount or nothing for price in prices])


def _quote(
    lines: Sequence[tuple[Variant, int]],
    faces: Sequence[Money],
    fees: Sequence[Fraction],
    discounts: Sequence[Money],
) -> Quote:
    """faces, fees, discounts: of one ticket of each line."""
    currency = faces[0].currency
    exact = [fee * quantity for fee, (_, quantity) in zip(fees, lines, strict=True)]
    borne = _by_largest_remainder(exact)
    prices = [
        replace(_priced(variant, face, fee), discount=discount)
        for (variant, _), face, fee, discount in zip(lines, faces, fees, discounts, strict=True)
    ]
    priced = tuple(
        _line(variant, quantity, price, Money(share, currency))
        for (variant, quantity), price, share in zip(lines, prices, borne, strict=True)
    )
    return Quote(
        lines=priced,
        total=total((line.total for line in priced), currency),
        tax=total((line.tax for line in priced), currency),
        fee=total((line.fee for line in priced), currency),
        buyer_fee=total((line.buyer_fee for line in priced), currency),
        discount=total((line.discount for line in priced), currency),
    )


def _line(variant: Variant, quantity: int, price: TicketPrice, share: Money) -> PricedLine:
    """share: of the fee, where the organizer bears it."""
    line_total, on_top = price.total * quantity, price.buyer_fee * quantity
    return PricedLine(
        variant=variant,
        quantity=quantity,
        unit_price=price.total,
        total=line_total,
        tax=line_total.included_tax(variant.tax_rate),
        fee=on_top if variant.event.buyers_bear_fee else share,
        buyer_fee=on_top,
        discount=(price.discount or Money.zero(line_total.currency)) * quantity,
    )


def _priced(variant: Variant, face: Money, fee: Fraction) -> TicketPrice:
    on_top = _half_up(fee) if variant.event.buyers_bear_fee else 0
    return TicketPrice(face, Money(on_top, face.currency))


def _difference(variant: Variant, paid: Money, terms: Terms) -> tuple[Money, Fraction]:
    difference = max(variant.price - paid, Money.zero(paid.currency))
    fee = max(terms.fee(variant.price_minor) - terms.fee(paid.minor), Fraction(0))
    return difference, min(fee, Fraction(difference.minor))


def _by_largest_remainder(exact: Sequence[Fraction]) -> list[int]:
    """Whole units that sum to the rounded sum; each is the floor of its part or its ceiling."""
    shares = [floor(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: shares[i] - exact[i])
    for i in by_remainder[: _half_up(sum(exact, Fraction(0))) - sum(shares)]:
        shares[i] += 1
    return shares


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
