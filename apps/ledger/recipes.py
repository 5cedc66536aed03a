"""
From a business fact to its balanced draft. Pure: nothing is read and nothing is written.

`key` names the fact, e.g. "order:7" or "refund:3"; with the kind it makes the posting's key.
The tables behind them: sale, fee, refund, late money, payout, release, the organizer's own tills.
"""

from __future__ import annotations

from decimal import Decimal

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.draft import Draft, draft


def sale(organizer: int, provider: str, key: str, gross: Money, fee: Money) -> Draft:
    """A payment bought an order: the organizer's money, less the platform's fee."""
    return draft(
        "sale",
        key,
        [
            (chart.clearing(provider), gross),
            (chart.pending(organizer, provider), fee - gross),
            (chart.PLATFORM_FEE, -fee),
        ],
    )


def release(organizer: int, provider: str, key: str, amount: Money) -> Draft:
    """What is still pending of a sale may be paid out now."""
    return draft(
        "release",
        key,
        [
            (chart.pending(organizer, provider), amount),
            (chart.available(organizer, provider), -amount),
        ],
    )


def provider_fee(provider: str, key: str, fee: Money) -> Draft:
    """The provider kept its fee of a payment; below zero it gave some back."""
    return draft(
        "provider_fee",
        key,
        [(chart.provider_fee(provider), fee), (chart.clearing(provider), -fee)],
    )


def provider_fee_passed_on(
    organizer: int, provider: str, key: str, *, fee: Money, pending: Money
) -> Draft:
    """
    By contract the organizer bears what the provider kept of a sale: from what is still pending of
    it (`balances.pending_of`), the rest from available.
    """
    from_pending = min(max(pending, Money.zero(fee.currency)), fee)
    return draft(
        "provider_fee_passed_on",
        key,
        [
            (chart.pending(organizer, provider), from_pending),
            (chart.available(organizer, provider), fee - from_pending),
            (chart.provider_fee(provider), -fee),
        ],
    )


def provider_fee_given_back(organizer: int, provider: str, key: str, fee: Money) -> Draft:
    """The provider gave some of a fee back that the organizer had borne."""
    return draft(
        "provider_fee_given_back",
        key,
        [(chart.provider_fee(provider), fee), (chart.available(organizer, provider), -fee)],
    )


# Money that bought nothing (late, double, or a refund that failed)


def unapplied_received(provider: str, key: str, amount: Money) -> Draft:
    return draft(
        "unapplied_received",
        key,
        [(chart.clearing(provider), amount), (chart.unapplied(provider), -amount)],
    )


def unapplied_applied(organizer: int, provider: str, key: str, gross: Money, fee: Money) -> Draft:
    """It bought an order after all; release and refund then go as after a sale."""
    return draft(
        "unapplied_applied",
        key,
        [
            (chart.unapplied(provider), gross),
            (chart.pending(organizer, provider), fee - gross),
            (chart.PLATFORM_FEE, -fee),
        ],
    )


def unapplied_refund_requested(provider: str, key: str, amount: Money) -> Draft:
    return draft(
        "unapplied_refund_requested",
        key,
        [(chart.unapplied(provider), amount), (chart.refunds_in_transit(provider), -amount)],
    )


# Refunds of a sale


def fee_given_back(rate: Decimal, remaining: Money, amount: Money, fee: Money) -> Money:
    """
    What the platform gives back of its fee, so that the fee is `rate` per cent of what remains.

    remaining: of the gross, before this refund. fee: kept so far. A fee that was less than
    its rate (rounding of earlier parts) never grows by a refund.
    """
    due = (remaining - amount).percent(rate)
    return max(fee - due, Money.zero(fee.currency))


def refund_requested(
    organizer: int, provider: str, key: str, *, amount: Money, fee_back: Money, pending: Money
) -> Draft:
    """
    The organizer pays `amount` less the fee given back, from what is still pending of the sale
    (`balances.pending_of`), the rest from available.
    """
    cost = amount - fee_back
    from_pending = min(max(pending, Money.zero(cost.currency)), cost)
    return draft(
        "refund_requested",
        key,
        [
            (chart.pending(organizer, provider), from_pending),
            (chart.available(organizer, provider), cost - from_pending),
            (chart.PLATFORM_FEE, fee_back),
            (chart.refunds_in_transit(provider), -amount),
        ],
    )


def refund_confirmed(provider: str, key: str, amount: Money) -> Draft:
    return draft(
        "refund_confirmed",
        key,
        [(chart.refunds_in_transit(provider), amount), (chart.clearing(provider), -amount)],
    )


def refund_failed(provider: str, key: str, amount: Money) -> Draft:
    """It never left. The buyer is still owed it."""
    return draft(
        "refund_failed",
        key,
        [(chart.refunds_in_transit(provider), amount), (chart.unapplied(provider), -amount)],
    )


def refund_came_back(provider: str, key: str, amount: Money) -> Draft:
    """It had been confirmed and failed days later. The buyer is still owed it."""
    return draft(
        "refund_came_back",
        key,
        [(chart.clearing(provider), amount), (chart.unapplied(provider), -amount)],
    )


# Money in the organizer's own hands. hand: the till or terminal it lies in.


def own_sale(
    organizer: int, hand: Code, provider: str, key: str, *, gross: Money, fee: Money
) -> Draft:
    """The organizer took the money itself; the platform's fee comes out of what we owe it at `provider`."""
    return draft(
        "own_sale",
        key,
        [
            (hand, gross),
            (chart.own_sales(organizer), -gross),
            (chart.available(organizer, provider), fee),
            (chart.PLATFORM_FEE, -fee),
        ],
    )


def own_refund(
    organizer: int, hand: Code, provider: str, key: str, *, amount: Money, fee_back: Money
) -> Draft:
    """Given back out of a till."""
    return draft(
        "own_refund",
        key,
        [
            (chart.own_sales(organizer), amount),
            (hand, -amount),
            (chart.PLATFORM_FEE, fee_back),
            (chart.available(organizer, provider), -fee_back),
        ],
    )


def own_fee_given_back(organizer: int, provider: str, key: str, fee_back: Money) -> Draft:
    """The organizer gave the money back beside its tills: only our part is in our books."""
    return draft(
        "own_fee_given_back",
        key,
        [(chart.PLATFORM_FEE, fee_back), (chart.available(organizer, provider), -fee_back)],
    )


def till_moved(organizer: int, hand: Code, key: str, amount: Money) -> Draft:
    """The organizer puts own cash into a till (the float, change); below zero takes some out."""
    return draft("till_moved", key, [(hand, amount), (chart.own_sales(organizer), -amount)])


def till_closed(organizer: int, hand: Code, key: str, *, expected: Money, counted: Money) -> Draft:
    """What was counted is in the organizer's hand, what is missing is its difference."""
    return draft(
        "till_closed",
        key,
        [
            (chart.own_sales(organizer), counted),
            (chart.till_difference(organizer), expected - counted),
            (hand, -expected),
        ],
    )


# Payouts


def payout_approved(organizer: int, provider: str, key: str, amount: Money) -> Draft:
    return draft(
        "payout_approved",
        key,
        [
            (chart.available(organizer, provider), amount),
            (chart.payouts_in_transit(provider), -amount),
        ],
    )


def payout_sent(provider: str, key: str, amount: Money) -> Draft:
    """The money left our balance at the provider, whether or not it has arrived."""
    return draft(
        "payout_sent",
        key,
        [(chart.payouts_in_transit(provider), amount), (chart.clearing(provider), -amount)],
    )


def payout_fee(provider: str, key: str, fee: Money) -> Draft:
    return draft(
        "payout_fee",
        key,
        [(chart.payout_fee(provider), fee), (chart.clearing(provider), -fee)],
    )


def payout_failed(organizer: int, provider: str, key: str, amount: Money) -> Draft:
    """It failed, or was cancelled, before it left."""
    return draft(
        "payout_failed",
        key,
        [
            (chart.payouts_in_transit(provider), amount),
            (chart.available(organizer, provider), -amount),
        ],
    )


def debt_netted(organizer: int, owing: str, paying: str, key: str, amount: Money) -> Draft:
    """
    What the organizer owes us at one provider, settled from what we owe them at another. Nothing moves
    between the providers: what we had laid out at the one is ours at the other.
    """
    return draft(
        "debt_netted",
        key,
        [
            (chart.available(organizer, paying), amount),
            (chart.available(organizer, owing), -amount),
        ],
    )


def payout_returned(organizer: int, provider: str, key: str, amount: Money) -> Draft:
    """It had left and is back at the provider. Its fee stays."""
    return draft(
        "payout_returned",
        key,
        [(chart.clearing(provider), amount), (chart.available(organizer, provider), -amount)],
    )
