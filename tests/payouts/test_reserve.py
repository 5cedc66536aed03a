"""What stays with us of an organizer's money."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import recipes
from apps.payouts.models import Payout
from apps.payouts.reserve import WINDOW, reserve
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.statement import statement
from tests.factories.bank import Bank
from tests.factories.paying_out import book, refund, sell, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


def agree(event: Event, *, percent: str = "0", minimum: int = 0, smallest: int = 0) -> None:
    organizer = event.organizer
    organizer.payout_reserve_percent = Decimal(percent)
    organizer.payout_reserve_minor = minimum
    organizer.payout_minimum_minor = smallest
    organizer.save()


def pay_out(payee: PayoutMethod, *, at: datetime = NOON) -> Payout | None:
    payout = propose(payee, "EUR", at=at)
    if payout:
        approve(payout, actor="user:1", at=at)
        send(payout, at=at)
    return payout


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_a_part_of_what_was_released_lately_is_kept_back(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    agree(event, percent="10")
    sell_released(event, 2000)
    sell(event, 9000)  # not released yet
    payout = pay_out(payee)
    assert payout
    assert payout.amount == eur(1710)
    assert statement(payout).kept_back == eur(190)


def test_paid_out_every_day_it_does_not_melt_away(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    agree(event, percent="10")
    sell_released(event, 2000)
    pay_out(payee)
    assert pay_out(payee, at=NOON + timedelta(days=1)) is None
    sell_released(event, 2000)
    second = pay_out(payee, at=NOON + timedelta(days=2))
    assert second
    paper = statement(second)
    assert (paper.carried_forward, paper.amount, paper.kept_back) == (eur(190), eur(1710), eur(380))


def test_it_is_free_when_the_window_has_passed(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    agree(event, percent="10")
    sell_released(event, 2000)
    pay_out(payee)
    last = pay_out(payee, at=NOON + WINDOW + timedelta(seconds=1))
    assert last
    assert (last.amount, statement(last).kept_back) == (eur(190), eur(0))


def test_old_payouts_bound_the_look_without_changing_it(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    agree(event, percent="10")
    sell_released(event, 2000)
    pay_out(payee)
    much_later = NOON + 2 * WINDOW
    order = sell(event, 1000)
    draft = recipes.release(event.organizer_id, "paypal", f"order:{order.pk}", eur(950))
    book(draft, order.subject, at=much_later)
    assert reserve(event.organizer, "paypal", "EUR", at=much_later) == eur(95)
    assert reserve(event.organizer, "stripe", "EUR", at=much_later) == eur(0)
    assert reserve(event.organizer, "paypal", "CHF", at=much_later) == Money(0, "CHF")


def test_the_larger_of_part_and_minimum_counts(event: Event, payee: PayoutMethod) -> None:
    agree(event, percent="10", minimum=500)
    sell_released(event, 2000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == eur(1400)


def test_refunds_are_what_it_is_for(event: Event, payee: PayoutMethod, bank: Bank) -> None:
    agree(event, percent="50")
    order = sell_released(event, 2000)
    pay_out(payee)
    refund(order, 900)  # comes out of what was kept back: nobody owes anybody
    assert pay_out(payee) is None


def test_what_is_too_little_waits(event: Event, payee: PayoutMethod) -> None:
    agree(event, smallest=1901)
    sell_released(event, 2000)
    assert propose(payee, "EUR", at=NOON) is None
    agree(event, smallest=1900)
    assert propose(payee, "EUR", at=NOON)


def test_a_refund_before_it_is_approved_does_not_come_out_of_what_is_kept_back(
    event: Event, payee: PayoutMethod
) -> None:
    agree(event, minimum=500)
    order = sell_released(event, 2000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == eur(1400)
    refund(order, 300)
    with pytest.raises(OwedLess) as less:
        approve(payout, actor="user:1", at=NOON)
    assert less.value.owed == eur(1100)
    sell_released(event, 1000)  # what came since makes up for it
    approve(payout, actor="user:1", at=NOON)
    assert payout.state == "approved"
