"""What a buyer is likely to put down for a price, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.money import Money, exponent

NOTES = (5, 10, 20, 50, 100, 200)  # major units
OFFERED_MAX = 4
_BIGGEST = 200


@dataclass(frozen=True, slots=True)
class Key:
    given: Money
    change: Money


def keys(total: Money) -> list[Key]:
    """The exact sum first, then round sums of notes that cover it, the smallest first."""
    unit = 10 ** exponent(total.currency)
    given = {_up(total.minor, note * unit) for note in NOTES if note <= _enough(total, unit)}
    sums = [total.minor, *sorted(given - {total.minor})][:OFFERED_MAX]
    return [
        Key(Money(minor, total.currency), Money(minor - total.minor, total.currency))
        for minor in sums
    ]


def _up(minor: int, step: int) -> int:
    return -(-minor // step) * step


def _enough(total: Money, unit: int) -> int:
    """Nobody pays 12 with a 200 while a 50 would do."""
    covering = [note for note in NOTES if note * unit >= total.minor]
    return covering[min(2, len(covering) - 1)] if covering else _BIGGEST
