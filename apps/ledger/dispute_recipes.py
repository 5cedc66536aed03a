"""
Disputes in the books, as in `recipes.py`. What the provider moves (withdrawn, reinstated, fee), and whose
money it is (reserved, let go, lost), are facts apart: they come at different times.
"""

from __future__ import annotations

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.draft import Draft, draft


def withdrawn(provider: str, key: str, amount: Money) -> Draft:
    """The provider took it from our balance, for as long as the dispute runs."""
    return draft(
        "dispute_withdrawn",
        key,
        [(chart.disputed(provider), amount), (chart.clearing(provider), -amount)],
    )


def reinstated(provider: str, key: str, amount: Money) -> Draft:
    return draft(
        "dispute_reinstated",
        key,
        [(chart.clearing(provider), amount), (chart.disputed(provider), -amount)],
    )


def fee(provider: str, key: str, fee: Money) -> Draft:
    """Below zero it came back."""
    return draft(
        "dispute_fee",
        key,
        [(chart.dispute_fee(provider), fee), (chart.clearing(provider), -fee)],
    )


def reserved(organizer: int, provider: str, key: str, *, amount: Money, pending: Money) -> Draft:
    """
    Kept from the organizer: from what is still pending of the sale, the rest from available, which
    may go below zero (it was paid out before).
    """
    from_pending = min(max(pending, Money.zero(amount.currency)), amount)
    return draft(
        "dispute_reserved",
        key,
        [
            (chart.pending(organizer, provider), from_pending),
            (chart.available(organizer, provider), amount - from_pending),
            (chart.reserve(organizer, provider), -amount),
        ],
    )


def let_go(organizer: int, provider: str, key: str, *, amount: Money, to_pending: Money) -> Draft:
    """The organizer's again, where it was taken from."""
    return draft(
        "dispute_let_go",
        key,
        [
            (chart.reserve(organizer, provider), amount),
            (chart.pending(organizer, provider), -to_pending),
            (chart.available(organizer, provider), to_pending - amount),
        ],
    )


def lost(
    organizer: int, provider: str, key: str, *, amount: Money, reserved: Money, owed: Money
) -> Draft:
    """
    The money is gone: out of the organizer's reserve, or out of what was owed to the buyer anyway
    because it bought nothing. What is neither had gone back before, and is our loss.
    """
    return draft(
        "dispute_lost",
        key,
        [
            (chart.reserve(organizer, provider), reserved),
            (chart.unapplied(provider), owed),
            (chart.loss(provider), amount - reserved - owed),
            (chart.disputed(provider), -amount),
        ],
    )


def fee_given_back(organizer: int, provider: str, key: str, fee_back: Money) -> Draft:
    """The platform keeps no fee of what the organizer lost, as with a refund."""
    return draft(
        "dispute_fee_given_back",
        key,
        [(chart.PLATFORM_FEE, fee_back), (chart.available(organizer, provider), -fee_back)],
    )
