"""Giving back in parts: tickets, amounts, both in turn; the parts always add up to the whole."""

from __future__ import annotations

import random

import pytest
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.inventory.models import Quota
from apps.ledger import invariants as ledger_invariants
from apps.orders import invariants
from apps.orders.models import Order, OrderLine, OrderRefund, Unit, UnitPlace
from apps.orders.refund_parts import Left, of_amount, of_tickets
from apps.orders.selectors import left_to_give_back, refunds_of, status
from apps.orders.services.give_back import Giving, KeyReused
from apps.orders.services.refund import Amount, NotRefundable, Tickets, Whole, quote, refund
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Refund
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.submit_refund import look_up_refund
from tests.buying import Buyer, Shop, eur, tickets_of
from tests.factories.box_office import broken
from tests.outbox_pump import deliver_all, undelivered
from tests.racing import run_at_once

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
LENA = Giving("user:1", "ill")


def bought(ada: Buyer, provider: Kind = Kind.STRIPE, heads: int = 2) -> Order:
    payment = ada.on_the_way_to_pay(provider, heads)
    ada.pays(payment)
    return ada.comes_back(payment)


def units_of(order: Order) -> list[int]:
    return list(Unit.objects.filter(line__order=order).order_by("pk").values_list("pk", flat=True))


def one(unit: int) -> Tickets:
    return Tickets(frozenset({unit}))


def sound() -> list[str]:
    return broken(invariants, ledger_invariants)


@BOTH
def test_one_of_two_tickets(shop: Shop, ada: Buyer, provider: Kind) -> None:
    """pretix #343: giving back a part must not cancel what is still paid."""
    order = bought(ada, provider)
    first, _second = units_of(order)
    quoted = quote(order, one(first))
    assert (quoted.amount, quoted.fee_back, quoted.tax.minor) == (eur(3800), eur(190), 248)
    made = refund(order, one(first), LENA, at=now())
    deliver_all(at=now())
    order.refresh_from_db()
    assert (order.state, status(order, refunds_of(order))) == ("paid", "partially_refunded")
    assert sorted(t.state for t in tickets_of(order)) == ["refunded", "valid"]
    assert Unit.objects.get(pk=first).ticket.state == "refunded"
    assert (count(shop.event.pk).of(shop.parkett.pk), UnitPlace.objects.count()) == (9, 1)
    assert (made.kind, made.amount_minor, made.fee_back_minor) == ("tickets", 3800, 190)
    assert shop.balances()["fee:platform"] == -190
    assert (undelivered(), sound()) == ([], [])


@BOTH
def test_refunded_again_and_again(shop: Shop, ada: Buyer, provider: Kind) -> None:
    """event-tickets #3095: the second partial refund was refused."""
    order = bought(ada, provider)
    first, second = units_of(order)
    refund(order, Amount(eur(1001)), LENA, at=now())
    refund(order, one(first), LENA, at=now())
    refund(order, Amount(eur(100)), LENA, at=now())
    assert left_to_give_back(order) == eur(7600 - 1001 - 3300 - 100)
    refund(order, Whole(), LENA, at=now())
    deliver_all(at=now())
    made = list(OrderRefund.objects.order_by("pk").values_list("kind", "amount_minor"))
    assert made == [("amount", 1001), ("tickets", 3300), ("amount", 100), ("whole", 3199)]
    assert {r.state for r in Refund.objects.all()} == {"succeeded"}
    assert status(order, refunds_of(order)) == "refunded"
    books = shop.balances()
    fee = books.pop(f"fee:provider:{provider}", 0)
    assert books == ({f"clearing:{provider}": -fee} if fee else {})
    assert sound() == []
    for more in (Whole(), one(second), Amount(eur(1))):
        with pytest.raises(NotRefundable):
            refund(order, more, LENA, at=now())
    assert OrderRefund.objects.count() == 4


def test_an_amount_leaves_the_tickets_and_never_more_than_is_left(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    for wrong in (eur(0), eur(7601)):
        with pytest.raises(NotRefundable):
            refund(order, Amount(wrong), LENA, at=now())
    refund(order, Amount(eur(7600)), LENA, at=now())
    assert {t.state for t in tickets_of(order)} == {"valid"}
    refund(order, Whole(), LENA, at=now())  # worth nothing now, but they stop admitting
    assert {t.state for t in tickets_of(order)} == {"refunded"}
    assert Refund.objects.count() == 1
    assert sound() == []


def test_the_same_key_is_the_same_refund(ada: Buyer) -> None:
    order = bought(ada)
    keyed = Giving("user:1", "ill", key="k", request_hash="a")
    first = refund(order, Amount(eur(500)), keyed, at=now())
    assert refund(order, Amount(eur(500)), keyed, at=now()) == first
    with pytest.raises(KeyReused):
        refund(order, Amount(eur(600)), Giving("user:1", "", key="k", request_hash="b"), at=now())
    assert left_to_give_back(order) == eur(7100)


def test_places_are_not_sold_again_when_the_organizer_says_so(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    refund(order, one(units_of(order)[0]), Giving("user:1", "", back_on_sale=False), at=now())
    assert (count(shop.event.pk).of(shop.parkett.pk), Quota.objects.get().capacity) == (8, 9)
    refund(order, Whole(), LENA, at=now())
    assert (count(shop.event.pk).of(shop.parkett.pk), Quota.objects.get().capacity) == (9, 9)
    assert sound() == []


def test_a_refund_that_failed_is_not_taken_from_the_organizer_twice(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    shop.sandbox.do("plan_stripe_refund", outcome="pending_fails")
    made = refund(order, Amount(eur(1900)), LENA, at=now())
    deliver_all(at=now())
    assert made.refund
    shop.sandbox.later(90_000)
    look_up_refund(Refund.objects.get(), at=now())
    assert (Refund.objects.get().state, left_to_give_back(order)) == ("failed", eur(5700))
    refund(order, Whole(), LENA, at=now())
    assert OrderRefund.objects.latest("pk").amount_minor == 5700
    assert shop.balances()["unapplied:stripe"] == -1900
    assert sound() == []


def test_what_failed_and_was_refunded_in_the_dashboard_is_paid_once(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    payment = order.payments.get().payment
    shop.sandbox.do("plan_stripe_refund", outcome="pending_fails")
    refund(order, Amount(eur(1900)), LENA, at=now())
    deliver_all(at=now())
    shop.sandbox.later(90_000)
    look_up_refund(Refund.objects.get(), at=now())
    shop.sandbox.do("plan_stripe_refund", outcome="succeeded")
    GATEWAYS[Kind.STRIPE].refund(
        payment.ids, key="dashboard", amount=eur(2000), reason="", reference="x"
    )
    reconcile_refunds(payment, at=now())
    deliver_all(at=now())
    made = list(OrderRefund.objects.order_by("pk").values_list("kind", "amount_minor"))
    assert made == [("amount", 1900), ("adopted", 100)]
    assert "unapplied:stripe" not in shop.balances()
    assert left_to_give_back(order) == eur(5600)
    assert sound() == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_ticket_back_once(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    first, _second = units_of(order)

    tries = run_at_once(4, lambda _n: refund(order, one(first), LENA, at=now()))
    assert sorted(type(one).__name__ for one in tries) == ["NotRefundable"] * 3 + ["OrderRefund"]
    assert OrderRefund.objects.get().amount_minor == 3800
    assert sound() == []


@pytest.mark.parametrize(("currency", "coin"), [("EUR", 1), ("HUF", 100)])
@pytest.mark.parametrize("seed", range(40))
def test_any_cut_adds_up_to_the_whole(seed: int, currency: str, coin: int) -> None:
    dice, order = random.Random(seed), Order(currency=currency)
    lines = [
        OrderLine(
            pk=n,
            order=order,
            quantity=(heads := dice.randint(1, 5)),
            total_minor=(total := dice.randint(1, 999) * coin * heads),
            tax_minor=dice.randint(0, total // 5),
            fee_minor=dice.randint(0, total // 10),
        )
        for n in range(1, dice.randint(2, 4))
    ]
    lefts = {
        line.pk: Left(line, 0, 0, tuple(line.pk * 10 + n for n in range(line.quantity)))
        for line in lines
    }
    tax = fee = amount = 0
    while (rest := sum(left.minor for left in lefts.values())) or any(
        left.units for left in lefts.values()
    ):
        units = [unit for left in lefts.values() for unit in left.units]
        if rest and (not units or dice.random() < 0.4):
            parts = of_amount(list(lefts.values()), dice.randint(1, rest // coin) * coin)
        else:
            chosen = dice.sample(units, dice.randint(1, len(units)))
            parts = of_tickets(list(lefts.values()), chosen)
        for part in parts:
            left = lefts[part.line.pk]
            alive = tuple(unit for unit in left.units if unit != part.unit)
            lefts[part.line.pk] = Left(left.line, left.given + part.amount, left.kept, alive)
            assert min(part.amount, part.tax, part.fee) >= 0
            assert part.amount % coin == 0
            assert lefts[part.line.pk].minor >= 0
            amount, tax, fee = amount + part.amount, tax + part.tax, fee + part.fee
    assert amount == sum(line.total_minor for line in lines)
    assert tax == sum(line.tax_minor for line in lines)
    assert fee == sum(line.fee_minor for line in lines)
