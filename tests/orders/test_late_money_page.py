"""Who paid too late reads on their order's page what became of the money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import PaymentState, RefundState
from tests.buying import Buyer, Shop, order_of
from tests.clock import shift_claims_clock
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all


def ended(shop: Shop, payment: Payment, state: OrderState) -> Order:
    """As after an outage of the provider: the order is over, its places are somebody else's, and its page
    there can still be paid on."""
    order = order_of(payment)
    Order.objects.filter(pk=order.pk).update(state=state)
    shift_claims_clock(timedelta(minutes=30))
    Buyer(shop).chooses(10)
    return order


def read(shop: Shop, order: Order) -> str:
    visitor = Visitor(shop)
    visitor.opens(f"/orders/{order.reference}/?key={order_key(order)}")
    return visitor.words


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (OrderState.EXPIRED, "Your money came when they were gone: it goes back by itself."),
        (OrderState.CANCELLED, "Money came for it all the same: it goes back by itself."),
    ],
)
def test_money_that_came_too_late_is_named_until_it_is_back(
    shop: Shop, ada: Buyer, state: OrderState, told: str
) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    order = ended(shop, payment, state)
    assert "Should money still arrive" in read(shop, order)
    ada.pays(payment)
    ada.comes_back(payment)

    page = read(shop, order)
    assert told in page
    assert "A payment of €76.00 bought nothing here and is on its way back to you." in page
    assert "Should money still arrive" not in page

    deliver_all(at=now())
    page = read(shop, order)
    assert "A payment of €76.00 bought nothing here and went back to you." in page
    assert told in page


def test_what_could_not_go_back_is_not_called_a_refund_of_tickets(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    order = ended(shop, payment, OrderState.CANCELLED)
    ada.pays(payment)
    ada.comes_back(payment)
    Refund.objects.update(state=RefundState.FAILED)

    page = read(shop, order)
    assert "tickets do not admit any more" not in page
    assert "Cancelled" in page


def test_of_two_payments_the_one_that_bought_nothing_is_named(shop: Shop, ada: Buyer) -> None:
    first = ada.on_the_way_to_pay(Kind.STRIPE)
    order = order_of(first)
    Payment.objects.filter(pk=first.pk).update(state=PaymentState.FAILED)  # so we thought
    second = ada.goes_to(Kind.PAYPAL, order)
    ada.pays(second)
    ada.comes_back(second)
    assert "bought nothing" not in read(shop, order)

    ada.pays(first)
    ada.comes_back(Payment.objects.get(pk=first.pk))
    page = read(shop, order)
    assert "Paid." in page
    assert "A payment of €76.00 bought nothing here and is on its way back to you." in page
