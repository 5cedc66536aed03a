"""A debt at one provider and money at another."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import balances
from apps.payouts.models import Netting
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.net import NothingToNet, net_debt
from apps.payouts.services.propose import propose
from apps.payouts.statement import statement
from apps.trail.models import MoneyAct
from tests.factories.paying_out import refund, sell_released
from tests.factories.selling import NOON, make_payable
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def in_debt(event: Event, minor: int) -> None:
    """At PayPal: a refund of what was paid out, or of more than was left."""
    order = sell_released(event, minor, "paypal")
    refund(order, minor, "paypal", fee_back=0)
    refund(order, minor - minor // 20, "paypal", fee_back=0)


def net(
    event: Event, *, owing: str = "paypal", paying: str = "stripe", cur: str = "EUR"
) -> Netting:
    netting = Netting(
        organizer=event.organizer,
        owing=owing,
        paying=paying,
        currency=cur,
        reason="agreed by mail",
        actor="user:8",
    )
    return net_debt(netting, at=NOON)


def available(event: Event, provider: str, currency: str = "EUR") -> int:
    return balances.available(event.organizer_id, provider, currency).minor


def test_it_settles_no_more_than_the_debt_and_no_more_than_there_is(event: Event) -> None:
    in_debt(event, 1000)
    assert available(event, "paypal") == -1000
    sell_released(event, 500, "stripe")
    assert net(event).amount == eur(475)
    assert (available(event, "paypal"), available(event, "stripe")) == (-525, 0)
    sell_released(event, 4000, "stripe")
    assert net(event).amount == eur(525)
    assert (available(event, "paypal"), available(event, "stripe")) == (0, 3275)
    with pytest.raises(NothingToNet):
        net(event)
    acts = MoneyAct.objects.filter(act="debt.net").order_by("pk")
    assert [(a.amount, a.actor, a.reason) for a in acts] == [
        (eur(475), "user:8", "agreed by mail"),
        (eur(525), "user:8", "agreed by mail"),
    ]


def test_never_across_currencies_nor_the_wrong_way_round(event: Event) -> None:
    in_debt(event, 1000)
    sell_released(event, 5000, "stripe", currency="CHF")
    for other in ({}, {"cur": "CHF"}, {"owing": "stripe", "paying": "paypal"}):
        with pytest.raises(NothingToNet):
            net(event, **other)
    assert (available(event, "paypal"), available(event, "stripe", "CHF")) == (-1000, 4750)
    assert not Netting.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Netting.objects.create(
            organizer=event.organizer,
            owing="paypal",
            paying="paypal",
            amount_minor=1,
            currency="EUR",
            created_at=NOON,
        )


def test_statements_of_both_sides_say_it(event: Event, payee: PayoutMethod) -> None:
    in_debt(event, 1000)
    sell_released(event, 4000, "stripe")
    net(event)
    sell_released(event, 2000, "paypal")
    for method, moved in ((payee, 1000), (make_payable(event.organizer, "stripe"), -1000)):
        payout = propose(method, "EUR", at=NOON)
        assert payout
        (line,) = statement(payout).others
        assert (line.kind, line.order, line.amount) == ("debt_netted", None, eur(moved))


def test_a_proposal_over_what_was_netted_is_stopped(event: Event) -> None:
    sell_released(event, 4000, "stripe")
    payout = propose(make_payable(event.organizer, "stripe"), "EUR", at=NOON)
    assert payout
    in_debt(event, 1000)
    net(event)
    with pytest.raises(OwedLess):
        approve(payout, actor="user:1", at=NOON)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_netting_and_paying_out_at_once_take_the_money_once(event: Event) -> None:
    in_debt(event, 4000)
    sell_released(event, 4000, "stripe")
    payout = propose(make_payable(event.organizer, "stripe"), "EUR", at=NOON)
    assert payout

    def work(number: int) -> None:
        if number:
            net(event)
        else:
            approve(payout, actor="user:1", at=NOON)

    results = run_at_once(3, work)
    assert available(event, "stripe") == 0
    assert available(event, "paypal") in {-4000, -200}
    assert len([r for r in results if not isinstance(r, Exception)]) == 1
