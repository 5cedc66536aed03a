"""How money becomes an order, or goes back. Every way of hearing of it is the same step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.orders.models import Order, OrderPayment, Unit
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import OrderState
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import PaymentState, RefundState
from tests.buying import Buyer, Shop, order_of, tickets_of
from tests.clock import shift_claims_clock
from tests.expiring import expire_due
from tests.outbox_pump import deliver_all, undelivered

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])


def left(shop: Shop) -> int | None:
    return count(shop.event.pk).of(shop.parkett.pk)


@BOTH
def test_paying_makes_a_paid_order_with_tickets_and_books(
    shop: Shop, ada: Buyer, provider: Kind
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    assert payment.redirect_url.startswith("http")
    assert order_of(payment).state == OrderState.PENDING
    assert left(shop) == 8

    ada.pays(payment)
    order = ada.comes_back(payment)

    assert (order.state, order.late) == (OrderState.PAID, False)
    tickets = tickets_of(order)
    assert [(t.state, t.holder_name) for t in tickets] == [("valid", "Ada Byron")] * 2
    assert Unit.objects.filter(unit_places__place__quota=shop.hall).count() == 2
    assert left(shop) == 8
    books = shop.balances()
    organizer = f"org:{shop.organizer.pk}:pending:{provider}"
    fee = books.get(f"fee:provider:{provider}", 0)
    assert books[organizer] == -7220
    assert books["fee:platform"] == -380
    assert books[f"clearing:{provider}"] == 7600 - fee
    assert Message.objects.filter(topic="order.confirmed").count() == 1


@BOTH
def test_settling_again_and_again_changes_nothing(shop: Shop, ada: Buyer, provider: Kind) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    order = ada.comes_back(payment)
    for _ in range(3):
        assert ada.comes_back(Payment.objects.get(pk=payment.pk)).state == OrderState.PAID
    assert len(tickets_of(order)) == 2
    assert Message.objects.filter(topic="order.confirmed").count() == 1
    assert shop.balances()["fee:platform"] == -380


@BOTH
def test_a_buyer_who_comes_back_without_paying_keeps_the_places(
    shop: Shop, ada: Buyer, provider: Kind
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    order = ada.comes_back(payment)
    assert (order.state, tickets_of(order), left(shop)) == (OrderState.PENDING, [], 8)


def test_asking_to_pay_twice_is_one_payment(ada: Buyer) -> None:
    first = ada.on_the_way_to_pay(Kind.STRIPE)
    second = ada.goes_to(Kind.STRIPE, order_of(first))
    assert (second.pk, second.redirect_url) == (first.pk, first.redirect_url)
    assert Payment.objects.count() == 1


def test_changing_the_provider_ends_the_first_payment(shop: Shop, ada: Buyer) -> None:
    stripe = ada.on_the_way_to_pay(Kind.STRIPE)
    paypal = ada.goes_to(Kind.PAYPAL, order_of(stripe))
    stripe.refresh_from_db()
    assert stripe.state in {PaymentState.EXPIRED, PaymentState.CANCELLED}
    ada.pays(paypal)
    assert ada.comes_back(paypal).state == OrderState.PAID
    assert OrderPayment.objects.get(applied=True).payment == paypal


def test_a_paypal_approval_of_a_dropped_payment_is_not_captured(shop: Shop, ada: Buyer) -> None:
    paypal = ada.on_the_way_to_pay(Kind.PAYPAL)
    stripe = ada.goes_to(Kind.STRIPE, order_of(paypal))
    ada.pays(paypal)
    order = ada.comes_back(Payment.objects.get(pk=paypal.pk))
    assert order.state == OrderState.PENDING
    assert "clearing:paypal" not in shop.balances()
    ada.pays(stripe)
    assert ada.comes_back(stripe).state == OrderState.PAID


@BOTH
def test_cancelling_frees_the_places(shop: Shop, ada: Buyer, provider: Kind) -> None:
    payment = ada.on_the_way_to_pay(provider)
    order = cancel(order_of(payment), actor="browser", reason="changed my mind", at=now())
    assert (order.state, left(shop)) == (OrderState.CANCELLED, 10)
    with pytest.raises(NotPayable):
        ada.goes_to(provider, order)


def test_cancelling_in_the_moment_of_paying_finds_the_money(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    with pytest.raises(NotCancellable):
        cancel(order_of(payment), actor="browser", reason="", at=now())
    assert order_of(payment).state == OrderState.PAID
    assert left(shop) == 8


@BOTH
def test_time_is_up_and_nothing_was_paid(shop: Shop, ada: Buyer, provider: Kind) -> None:
    payment = ada.on_the_way_to_pay(provider)
    assert expire_due(at=now() + timedelta(minutes=14)) == 0
    assert expire_due(at=now() + timedelta(minutes=16)) == 1
    assert (order_of(payment).state, left(shop)) == (OrderState.EXPIRED, 10)


def test_time_is_up_but_the_money_is_there(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    expire_due(at=now() + timedelta(minutes=16))
    assert order_of(payment).state == OrderState.PAID


def test_an_approval_after_the_time_is_not_captured(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL)
    ada.pays(payment)
    order = ada.comes_back(payment, at=now() + timedelta(minutes=16))
    assert order.state == OrderState.PENDING
    assert shop.balances() == {}


def lapse(shop: Shop) -> None:
    """Time passes and no worker runs: the hold ends by itself."""
    shift_claims_clock(timedelta(minutes=30))
    assert left(shop) == 10


def test_late_money_takes_its_places_while_nobody_else_did(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    lapse(shop)
    order = ada.comes_back(payment, at=now() + timedelta(minutes=30))
    assert (order.state, len(tickets_of(order)), left(shop)) == (OrderState.PAID, 2, 8)


def force_expired(payment: Payment) -> Order:
    """As after an outage of the provider at the end of the hold."""
    order = order_of(payment)
    Order.objects.filter(pk=order.pk).update(state=OrderState.EXPIRED)
    return order


def test_late_money_for_an_expired_order_claims_places_again(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    force_expired(payment)
    ada.pays(payment)
    order = ada.comes_back(payment)
    assert (order.state, order.late, len(tickets_of(order))) == (OrderState.PAID, True, 2)


def test_late_money_without_places_goes_back_by_itself(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    lapse(shop)
    others = Buyer(shop)
    rest = others.on_the_way_to_pay(Kind.STRIPE, heads=10)
    others.pays(rest)
    assert others.comes_back(rest).state == OrderState.PAID

    order = ada.comes_back(payment)
    assert (order.state, tickets_of(order)) == (OrderState.EXPIRED, [])
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.state) == (7600, RefundState.REQUESTED)
    deliver_all(at=now())
    assert undelivered() == []
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    books = shop.balances()
    assert "unapplied:stripe" not in books
    assert "refunds_in_transit:stripe" not in books
    assert books["fee:platform"] == -1900


def test_a_second_success_for_one_order_goes_back_and_the_order_stays(
    shop: Shop, ada: Buyer
) -> None:
    first = ada.on_the_way_to_pay(Kind.STRIPE)
    order = order_of(first)
    # We took it for failed; its page is still open in another tab.
    Payment.objects.filter(pk=first.pk).update(state=PaymentState.FAILED)
    second = ada.goes_to(Kind.PAYPAL, order)
    ada.pays(second)
    assert ada.comes_back(second).state == OrderState.PAID
    ada.pays(first)
    assert ada.comes_back(Payment.objects.get(pk=first.pk)).state == OrderState.PAID
    deliver_all(at=now())
    assert undelivered() == []
    assert Refund.objects.get().payment == first
    assert [t.state for t in tickets_of(order)] == ["valid", "valid"]
    assert OrderPayment.objects.get(applied=True).payment == second


def test_a_replaced_orders_money_goes_back_even_when_there_is_room(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    old = force_expired(payment)
    new = ada.chooses(1)
    Order.objects.filter(pk=old.pk).update(replaced_by=new)
    ada.pays(payment)
    order = ada.comes_back(payment)
    assert (order.state, tickets_of(order)) == (OrderState.EXPIRED, [])
    assert Refund.objects.get().amount_minor == 7600


def test_a_delayed_method_keeps_the_places_until_it_is_decided(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL)
    ada.pays(payment, "echeck")
    order = ada.comes_back(payment)
    payment.refresh_from_db()
    assert (order.state, payment.state) == (OrderState.PENDING, PaymentState.PROCESSING)
    shift_claims_clock(timedelta(days=3))
    assert left(shop) == 8
    assert expire_due(at=now() + timedelta(days=3)) == 0


def test_declined_then_paid_in_the_same_hold(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL)
    ada.pays(payment, "declined")
    order = ada.comes_back(payment)
    assert (order.state, left(shop)) == (OrderState.PENDING, 8)
    again = ada.goes_to(Kind.PAYPAL, order)
    ada.pays(again)
    assert ada.comes_back(again).state == OrderState.PAID
