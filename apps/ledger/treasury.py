"""
Recipes for money that operators move, or whose difference they explain. (Sales, refunds and payouts
are in `recipes.py`.)
"""

from __future__ import annotations

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.draft import Draft, draft


def bank_transfer(provider: str, key: str, amount: Money) -> Draft:
    """From the balance at the provider to our bank account; below zero the other way."""
    return draft("bank_transfer", key, [(chart.BANK, amount), (chart.clearing(provider), -amount)])


def correction(provider: str, key: str, against: Code, *changes: Money) -> Draft:
    """
    What the provider holds is that much more (below zero: less) than was booked.

    changes: one for each currency; an exchange takes from one what it adds to the other.
    """
    lines = [(chart.clearing(provider), change) for change in changes]
    return draft("correction", key, [*lines, *((against, -change) for change in changes)])
