"""
The statement of a payout: what it pays, line by line, from the ledger and adding up to it.

carried forward + sales + refunds + disputes + fees of own sales + providers' fees by contract + everything
else + what came back - kept back = the amount paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core.money import Money, total
from apps.events.models import Event
from apps.ledger import balances, chart
from apps.ledger.selectors import Movement, movements
from apps.orders.models import Order
from apps.orders.selectors import paid_at
from apps.payouts.models import Payout
from apps.payouts.subjects import is_payout, order_ids, payout_ids

# Which part of the paper a posting about an order is in; every other one is among the others.
_PARTS = {
    "release": "sales",
    "refund_requested": "refunds",
    "own_sale": "at_the_door",
    "own_refund": "at_the_door",
    "own_fee_given_back": "at_the_door",
    "provider_fee_passed_on": "provider_fees",
    "provider_fee_given_back": "provider_fees",
}
_BOUGHT = ("release", "own_sale")
_OF_DISPUTES = (
    "dispute_reserved",
    "dispute_let_go",
    "dispute_lost",
    "dispute_fee",
    "dispute_fee_given_back",
)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """gross: what the buyer paid, for a sale; amount: what the organizer gets or gives back of it."""

    order: Order
    at: datetime
    gross: Money | None
    amount: Money


@dataclass(frozen=True, slots=True)
class OtherLine:
    """
    Of a dispute; or a debt netted with another provider, a correction, …; of no order when it is about
    something else.
    """

    kind: str  # of the posting: see words.py
    order: Order | None
    at: datetime
    amount: Money


@dataclass(frozen=True, slots=True)
class EventSum:
    event: Event
    sales: int
    refunds: int
    gross: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Statement:
    payout: Payout
    carried_forward: Money
    sales: tuple[OrderLine, ...]
    refunds: tuple[OrderLine, ...]
    at_the_door: tuple[
        OrderLine, ...
    ]  # fees of what the organizer sold itself, and those given back
    provider_fees: tuple[OrderLine, ...]  # passed on by contract, and those given back
    disputes: tuple[OtherLine, ...]  # kept, given back and lost, with the fees that went with it
    others: tuple[OtherLine, ...]
    came_back: tuple[tuple[Payout, Money], ...]
    events: tuple[EventSum, ...]
    kept_back: Money

    @property
    def amount(self) -> Money:
        return self.payout.amount

    @property
    def parts(self) -> list[tuple[str, Money]]:
        """By name of the part (see words.py), those of nothing left out; their sum is the amount."""
        lines = ("sales", "refunds", "disputes", "at_the_door", "provider_fees", "others")
        currency = self.payout.currency
        sums = [
            ("carried_forward", self.carried_forward),
            *((part, total((x.amount for x in getattr(self, part)), currency)) for part in lines),
            ("came_back", total((amount for _, amount in self.came_back), currency)),
            ("kept_back", -self.kept_back),
        ]
        return [(part, amount) for part, amount in sums if amount]

    @property
    def disputed(self) -> Money:
        return total((line.amount for line in self.disputes), self.payout.currency)

    @property
    def door_fees(self) -> Money:
        return total((line.amount for line in self.at_the_door), self.payout.currency)

    @property
    def passed_on_fees(self) -> Money:
        return total((line.amount for line in self.provider_fees), self.payout.currency)


def statement(payout: Payout) -> Statement:
    """It never changes once the payout is proposed: the entries it is made of are final."""
    account = chart.available(payout.organizer_id, payout.provider)
    currency = payout.currency
    moved = movements(account, currency, after=payout.after_entry, up_to=payout.up_to_entry)
    by_payout = _earlier_payouts(moved)
    before = -balances.balance_up_to(account, currency, payout.after_entry)
    orders = _orders(moved)
    parts = _order_lines(moved, orders, payout.provider)
    sales, refunds = tuple(parts["sales"]), tuple(parts["refunds"])
    others = _others(moved, orders)
    closing = total((before, *(-m.amount for m in moved)), currency)
    return Statement(
        payout=payout,
        # An earlier payout is booked after its own statement: what is left of that comes first.
        carried_forward=total((before, *(a for _, a in by_payout if a.minor < 0)), currency),
        sales=sales,
        refunds=refunds,
        at_the_door=tuple(parts["at_the_door"]),
        provider_fees=tuple(parts["provider_fees"]),
        disputes=tuple(line for line in others if line.kind in _OF_DISPUTES),
        others=tuple(line for line in others if line.kind not in _OF_DISPUTES),
        came_back=tuple((earlier, amount) for earlier, amount in by_payout if amount.minor > 0),
        events=_by_event(sales, refunds, currency),
        kept_back=closing - payout.amount,
    )


def _earlier_payouts(moved: Sequence[Movement]) -> list[tuple[Payout, Money]]:
    sums = _sums(moved)
    found = Payout.objects.filter(pk__in=payout_ids(sums)).order_by("pk")
    return [(payout, sums[payout.subject]) for payout in found]


def _sums(moved: Iterable[Movement]) -> Mapping[str, Money]:
    """By subject; positive is in favour of the organizer."""
    sums: dict[str, Money] = {}
    for movement in moved:
        before = sums.get(movement.subject, Money.zero(movement.amount.currency))
        sums[movement.subject] = before - movement.amount
    return sums


def _orders(moved: Sequence[Movement]) -> Mapping[str, Order]:
    """By subject."""
    orders = Order.objects.select_related("event", "voucher").in_bulk(
        order_ids({m.subject for m in moved})
    )
    return {order.subject: order for order in orders.values()}


def _order_lines(
    moved: Sequence[Movement], orders: Mapping[str, Order], provider: str
) -> Mapping[str, list[OrderLine]]:
    """By part of the paper."""
    parts: dict[str, list[OrderLine]] = defaultdict(list)
    for m in moved:
        order = orders.get(m.subject)
        if order is not None and m.kind in _PARTS:
            gross = paid_at(order, provider) if m.kind in _BOUGHT else None
            parts[_PARTS[m.kind]].append(OrderLine(order, m.at, gross, -m.amount))
    return parts


def _others(moved: Sequence[Movement], orders: Mapping[str, Order]) -> tuple[OtherLine, ...]:
    """Nothing that moved the account is left out, whatever it is about."""
    return tuple(
        OtherLine(m.kind, order, m.at, -m.amount)
        for m in moved
        if not is_payout(m.subject)
        and not ((order := orders.get(m.subject)) is not None and m.kind in _PARTS)
    )


def _by_event(
    sales: Sequence[OrderLine], refunds: Sequence[OrderLine], currency: str
) -> tuple[EventSum, ...]:
    grouped: dict[Event, tuple[list[OrderLine], list[OrderLine]]] = defaultdict(lambda: ([], []))
    for line in sales:
        grouped[line.order.event][0].append(line)
    for line in refunds:
        grouped[line.order.event][1].append(line)
    return tuple(
        EventSum(
            event=event,
            sales=len(sold),
            refunds=len(back),
            gross=total((line.gross for line in sold if line.gross), currency),
            amount=total((line.amount for line in [*sold, *back]), currency),
        )
        for event, (sold, back) in sorted(grouped.items(), key=lambda item: item[0].starts_at)
    )
