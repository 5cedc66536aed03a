"""
How much of an order's lines goes back, to the minor unit. Pure: nothing is read and nothing is written.

Of a line's tax and fee there always stays its share of what stays of the line's total, rounded half up.
A part gives back the difference, so that all parts together give back the whole, however they are cut.
What was paid in whole coins goes back in whole coins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import Money, coin, half_up
from apps.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class Left:
    """A line, and what became of its total so far."""

    line: OrderLine
    given: int  # went back
    kept: int  # stays, of tickets that were given back for less than they were worth
    units: tuple[int, ...]  # that were not given back, in the order of their ids

    @property
    def minor(self) -> int:
        """What its standing units are worth."""
        return self.line.total_minor - self.given - self.kept

    @property
    def coin(self) -> int:
        return coin(self.line.order.currency)

    @property
    def worths(self) -> dict[int, int]:
        """By unit."""
        shares = _split(self.minor, [self.coin] * len(self.units), self.coin)
        return dict(zip(self.units, shares, strict=True))


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back of a line, with one of its tickets or without (no unit)."""

    line: OrderLine
    unit: int | None
    amount: int
    kept: int
    tax: int  # contained in the amount
    fee: int  # of the platform's fee, given back to the organizer


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a ticket's worth comes back, and whether the platform's fee of it does."""

    amount: int
    fee_back: bool = True


Offer = Callable[[OrderLine, int], Terms]


@dataclass(frozen=True, slots=True)
class _Take:
    unit: int | None
    amount: int
    kept: int
    fee_back: bool = True


def in_full(_line: OrderLine, worth: int) -> Terms:
    return Terms(worth)


def of_tickets(
    lefts: Sequence[Left], chosen: Collection[int], *, offer: Offer = in_full
) -> list[Part]:
    """For each of the chosen units, what is offered for it; the rest of its worth is kept."""
    parts: list[Part] = []
    for left in lefts:
        takes = []
        for unit, worth in left.worths.items():
            if unit in chosen:
                terms = offer(left.line, worth)
                takes.append(_Take(unit, terms.amount, worth - terms.amount, terms.fee_back))
        parts += _parts(left, takes)
    return parts


def of_amount(lefts: Sequence[Left], minor: int) -> list[Part]:
    """Off the lines by what is left of them; only then from what was kept of tickets given back."""
    left, coin_ = [one.minor for one in lefts], lefts[0].coin
    from_left = _split(min(minor, sum(left)), left, coin_)
    from_kept = _split(minor - sum(from_left), [one.kept for one in lefts], coin_)
    parts: list[Part] = []
    for one, some, more in zip(lefts, from_left, from_kept, strict=True):
        if some + more:
            parts += _parts(one, [_Take(None, some + more, -more)])
    return parts


def capped(parts: Sequence[Part], lefts: Sequence[Left], minor: int) -> list[Part]:
    """The same tickets for no more than this altogether."""
    wanted = sum(part.amount for part in parts)
    if wanted <= minor:
        return list(parts)
    shares = iter(_split(minor, [part.amount for part in parts], lefts[0].coin))
    less: list[Part] = []
    for left in lefts:
        mine = [part for part in parts if part.line.pk == left.line.pk]
        takes = []
        for part in mine:
            share = next(shares)
            takes.append(_Take(part.unit, share, part.kept + part.amount - share))
        less += _parts(left, takes)
    return less


def contained(part: int, total: int, amount: int) -> int:
    """Of a line's tax or fee, what an amount of it contains."""
    return _staying(part, total, amount)


def _parts(left: Left, takes: Sequence[_Take]) -> Iterator[Part]:
    line, given = left.line, left.given
    for take in takes:
        tax = _share(line.tax_minor, line.total_minor, given, take.amount)
        fee = _share(line.fee_minor, line.total_minor, given, take.amount)
        yield Part(
            line, take.unit, take.amount, take.kept, tax=tax, fee=fee if take.fee_back else 0
        )
        given += take.amount


def _share(contained: int, total: int, given: int, amount: int) -> int:
    before = _staying(contained, total, total - given)
    return before - _staying(contained, total, total - given - amount)


def _staying(contained: int, total: int, left: int) -> int:
    return half_up(Decimal(contained) * left / total) if total else 0


def _split(minor: int, weights: Sequence[int], coin: int) -> list[int]:
    """In whole coins, unless there are parts of one already."""
    if not sum(weights):
        return [0] * len(weights)
    unit = coin if not any(amount % coin for amount in (minor, *weights)) else 1
    return [share.minor * unit for share in Money(minor // unit, "").allocate(weights)]
