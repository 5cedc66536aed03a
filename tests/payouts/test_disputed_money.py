"""Money that is kept for a dispute is not paid out, and the statements say so."""

from __future__ import annotations

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.money import Money, total
from apps.events.models import Event
from apps.ledger import balances, dispute_recipes
from apps.orders.models import Order
from apps.payouts.models import Payout
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.statement import Statement, statement
from apps.payouts.statement_csv import head, rows
from tests.factories.bank import Bank
from tests.factories.paying_out import book, minors, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def disputed(order: Order) -> None:
    draft = dispute_recipes.reserved(
        order.organizer_id, "paypal", f"dispute:{order.pk}", amount=order.total, pending=eur(0)
    )
    book(draft, order.subject)


def let_go(order: Order) -> None:
    draft = dispute_recipes.let_go(
        order.organizer_id, "paypal", f"dispute:{order.pk}", amount=order.total, to_pending=eur(0)
    )
    book(draft, order.subject)


def pay_out(payee: PayoutMethod) -> Payout:
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    approve(payout, actor="user:1", at=NOON)
    return send(payout, at=NOON)


def told_of_disputes(paper: Statement) -> list[tuple[str, Order | None, Money]]:
    assert total((amount for _, amount in paper.parts), "EUR") == paper.amount
    return [(line.kind, line.order, line.amount) for line in paper.disputes]


def test_it_is_kept_until_the_dispute_is_decided(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    order = sell_released(event, 2000)
    sell_released(event, 4000)
    disputed(order)
    first = pay_out(payee)
    assert first.amount == eur(1900 + 3800 - 2000)
    assert told_of_disputes(statement(first)) == [("dispute_reserved", order, eur(-2000))]
    assert minors()[f"org:{event.organizer_id}:reserve:paypal"] == -2000
    assert propose(payee, "EUR", at=NOON) is None
    let_go(order)
    second = pay_out(payee)
    assert second.amount == eur(2000)
    assert told_of_disputes(statement(second)) == [("dispute_let_go", order, eur(2000))]
    for payout in (first, second):
        column = head().index("Amount")
        assert total((row[column] for row in rows(payout)), "EUR") == payout.amount


def test_a_dispute_of_what_was_paid_out_is_settled_by_coming_sales(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    order = sell_released(event, 2000)
    pay_out(payee)
    disputed(order)
    assert balances.available(event.organizer_id, "paypal", "EUR") == eur(-2000)
    assert propose(payee, "EUR", at=NOON) is None
    sell_released(event, 4000)
    assert pay_out(payee).amount == eur(1800)


def test_a_dispute_between_proposal_and_approval_stops_it(
    event: Event, payee: PayoutMethod
) -> None:
    order = sell_released(event, 2000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    disputed(order)
    with pytest.raises(OwedLess):
        approve(payout, actor="user:1", at=NOON)
