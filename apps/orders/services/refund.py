"""An organizer gives money back: what dies for it dies in the transaction of the request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core.money import Money
from apps.ledger.chart import Code
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.refund_parts import Left, Offer, Part, capped, in_full, of_amount, of_tickets
from apps.orders.selectors import left_of, left_on_voucher
from apps.orders.services.give_back import (
    Bought,
    Giving,
    end_units,
    give,
    known,
    lock_bought,
    lock_paid,
    not_upgraded,
    standing_units,
)
from apps.orders.services.give_back import NotRefundable as NotRefundable
from apps.orders.services.give_back import UpgradedSince as UpgradedSince
from apps.orders.states import RefundKind
from apps.payments.models import Refund


@dataclass(frozen=True, slots=True)
class Whole:
    """Every ticket that stands."""


@dataclass(frozen=True, slots=True)
class CalledOff(Whole):
    """The same, and in any order: no ticket admits any more, also none that became a better one."""


@dataclass(frozen=True, slots=True)
class Tickets:
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Amount:
    """The tickets go on admitting."""

    money: Money


Choice = Whole | Tickets | Amount
_KINDS = {
    Whole: RefundKind.WHOLE,
    CalledOff: RefundKind.WHOLE,
    Tickets: RefundKind.TICKETS,
    Amount: RefundKind.AMOUNT,
}


@dataclass(frozen=True, slots=True)
class Quote:
    """What would go back, and what would die for it."""

    order: Order
    parts: list[Part]
    units: list[Unit]  # with their tickets

    @property
    def amount(self) -> Money:
        return Money(sum(part.amount for part in self.parts), self.order.currency)

    @property
    def tax(self) -> Money:
        return Money(sum(part.tax for part in self.parts), self.order.currency)

    @property
    def fee_back(self) -> Money:
        return Money(sum(part.fee for part in self.parts), self.order.currency)

    @property
    def kept(self) -> Money:
        return Money(sum(part.kept for part in self.parts), self.order.currency)

    @property
    def living(self) -> list[Unit]:
        """A unit that ended before became a better ticket, whose own money went back."""
        return [unit for unit in self.units if unit.ended_at is None]


def quote(order: Order, choice: Choice, *, offer: Offer = in_full) -> Quote:
    """
    Under the order's lock it is what happens; without, what would happen now.

    :raises NotRefundable, UpgradedSince:
    """
    standing = standing_units(order)
    lefts = left_of(order, standing=standing)
    if isinstance(choice, Amount):
        return Quote(order, _of_amount(order, lefts, choice.money), [])
    units = standing
    if isinstance(choice, Tickets):
        units = [unit for unit in units if unit.pk in choice.units]
        if len(units) != len(choice.units):
            raise NotRefundable
    if not isinstance(choice, CalledOff):
        not_upgraded(units)
    quoted = Quote(order, of_tickets(lefts, {u.pk for u in units}, offer=offer), units)
    # Called off, also what became a better ticket is over with, though all its money went back before.
    over = quoted.units if isinstance(choice, CalledOff) else quoted.living or quoted.amount
    if not over:
        raise NotRefundable
    return quoted


def refund(order: Order, choice: Choice, giving: Giving, *, at: datetime) -> OrderRefund:
    """
    The way it was paid; what was paid into the organizer's own hand, the organizer hands back.

    The same key again is the same refund.
    :raises NotRefundable, UpgradedSince, KeyReused: nothing was changed.
    """
    with transaction.atomic():
        locked = lock_paid(order)
        if (before := known(locked, giving)) is not None:
            return before
        quoted = quote(locked, choice)
        bought = lock_bought(locked)
        parts = _less_what_went_elsewhere(locked, quoted, bought)
        end_units(locked, quoted.living, giving, at=at)
        return give(locked, _KINDS[type(choice)], parts, giving, bought=bought, at=at)


def refund_order(order: Order, *, actor: str, reason: str, at: datetime) -> Refund | None:
    """
    All of it. None when nothing was paid for it: then only the tickets die.

    :raises NotRefundable: nothing was changed.
    """
    return refund(order, Whole(), Giving(actor, reason), at=at).refund


def hand_back(
    order: Order, *, out_of: Code, actor: str, reason: str, at: datetime
) -> Refund | None:
    """
    The same, for an order paid into the organizer's own hand: its money is taken out of this till.

    :raises NotRefundable: nothing was changed.
    """
    return refund(order, Whole(), Giving(actor, reason, out_of), at=at).refund


def _of_amount(order: Order, lefts: list[Left], money: Money) -> list[Part]:
    left = order.total_minor - sum(left.given for left in lefts)
    if money.currency != order.currency or not 0 < money.minor <= left:
        raise NotRefundable
    if money != money.in_coins() and money.minor < left:
        raise NotRefundable
    return of_amount(lefts, money.minor)


def _less_what_went_elsewhere(order: Order, quoted: Quote, bought: Bought | None) -> list[Part]:
    """From the provider's own pages, and not in our books yet."""
    if bought is None:
        return quoted.parts
    left = bought.left + left_on_voucher(order)
    if quoted.amount <= left:
        return quoted.parts
    return capped(quoted.parts, left_of(order), left.minor)
