"""A posting before it is written: it balances, or it cannot be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.money import Money
from apps.ledger.chart import Code


class Unbalanced(ValueError):
    """Debits and credits differ, or there is nothing to book: a bug in a recipe or its caller."""


@dataclass(frozen=True, slots=True)
class Line:
    code: Code
    amount: Money


@dataclass(frozen=True, slots=True)
class Draft:
    kind: str
    key: str  # the same key is booked once
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        sums: Counter[str] = Counter()
        for line in self.lines:
            sums[line.amount.currency] += line.amount.minor
        if not self.lines or any(sums.values()):
            raise Unbalanced(f"{self.key}: {dict(sums)}")


def draft(kind: str, key: str, lines: Iterable[tuple[Code, Money]]) -> Draft:
    """Debit positive, credit negative; lines of nothing are left out."""
    return Draft(kind, f"{kind}:{key}", tuple(Line(c, amount) for c, amount in lines if amount))
