from __future__ import annotations

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.money import Money, total
from apps.events.models import Event
from apps.payments.gateways import errors
from apps.payments.gateways.base import PayoutState as Told
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.look import look
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.statement import EventSum, Statement, statement
from tests.factories.bank import Bank
from tests.factories.paying_out import refund, sell, sell_released
from tests.factories.selling import NOON, make_event

pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def pay_out(payee: PayoutMethod) -> Payout:
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    approve(payout, actor="user:1", at=NOON)
    return send(payout, at=NOON)


def adds_up(paper: Statement) -> bool:
    lines = [
        paper.carried_forward,
        *(line.amount for line in (*paper.sales, *paper.refunds)),
        *(amount for _, amount in paper.came_back),
        -paper.kept_back,
    ]
    return total(lines, paper.amount.currency) == paper.amount


def test_it_adds_up_line_by_line(event: Event, payee: PayoutMethod, bank: Bank) -> None:
    another = make_event(event.organizer)
    first, second = sell_released(event, 2000), sell_released(another, 1000)
    refund(first, 500, fee_back=25)
    sell(event, 7000)  # pending
    paper = statement(pay_out(payee))
    assert [(line.order, line.gross, line.amount) for line in paper.sales] == [
        (first, eur(2000), eur(1900)),
        (second, eur(1000), eur(950)),
    ]
    assert [(line.order, line.amount) for line in paper.refunds] == [(first, eur(-475))]
    assert paper.events == (
        EventSum(event, sales=1, refunds=1, gross=eur(2000), amount=eur(1425)),
        EventSum(another, sales=1, refunds=0, gross=eur(1000), amount=eur(950)),
    )
    assert (paper.carried_forward, paper.came_back, paper.kept_back) == (eur(0), (), eur(0))
    assert paper.amount == eur(2375)
    assert adds_up(paper)


def test_it_never_changes(event: Event, payee: PayoutMethod, bank: Bank) -> None:
    order = sell_released(event, 2000)
    payout = pay_out(payee)
    before = statement(payout)
    refund(order, 2000)
    sell_released(event, 900)
    assert statement(Payout.objects.get()) == before


def test_the_next_one_starts_where_this_one_ended(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    order = sell_released(event, 2000)
    pay_out(payee)
    refund(order, 1000)
    later = sell_released(event, 4000)
    paper = statement(pay_out(payee))
    assert paper.carried_forward == eur(0)
    assert [(line.order, line.amount) for line in paper.sales] == [(later, eur(3800))]
    assert [(line.order, line.amount) for line in paper.refunds] == [(order, eur(-1000))]
    assert paper.amount == eur(2800)
    assert adds_up(paper)


def test_the_reserve_is_kept_back_and_carried_forward(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    event.organizer.payout_reserve_minor = 300
    event.organizer.save()
    sell_released(event, 2000)
    first = statement(pay_out(payee))
    assert (first.amount, first.kept_back) == (eur(1600), eur(300))
    sell_released(event, 2000)
    second = statement(pay_out(payee))
    assert (second.carried_forward, second.amount) == (eur(300), eur(1900))
    assert adds_up(first)
    assert adds_up(second)


def test_what_came_back_is_paid_again_with_its_orders(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    order = sell_released(event, 2000)
    bank.becomes = Told.UNCLAIMED
    lost = pay_out(payee)
    bank.becomes = Told.PAID
    later = sell_released(event, 1000)
    pay_out(payee)
    bank.turns(lost.reference, Told.RETURNED)
    look(lost, at=NOON)
    third = pay_out(payee)
    paper = statement(third)
    assert [(payout.pk, amount) for payout, amount in paper.came_back] == [(lost.pk, eur(1900))]
    assert (paper.carried_forward, paper.sales, paper.amount) == (eur(0), (), eur(1900))
    assert adds_up(paper)
    assert [mark.order for mark in third.payout_orders.all()] == [order]
    assert later.payout_orders.exclude(payout=third).count() == 1


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_one_that_never_left_leaves_no_line(
    event: Event, payee: PayoutMethod, bank: Bank, how: str
) -> None:
    order = sell_released(event, 2000)
    if how == "failed":
        bank.before = errors.Declined("NO")
        pay_out(payee)
    else:
        payout = propose(payee, "EUR", at=NOON)
        assert payout
        approve(payout, actor="user:1", at=NOON)
        cancel(payout, actor="user:1", reason="", at=NOON)
    paper = statement(pay_out(payee))
    assert [line.order for line in paper.sales] == [order]
    assert (paper.carried_forward, paper.came_back, paper.amount) == (eur(0), (), eur(1900))
    assert adds_up(paper)
