"""A refund made in the provider's dashboard: the books balance, and somebody is asked to look."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.orders.models import Order
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, refund
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Refund
from apps.payments.services.reconcile_refunds import reconcile_refunds, reference_of
from tests.buying import Buyer, Shop, eur, tickets_of
from tests.outbox_pump import deliver_all, undelivered


@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
@pytest.mark.parametrize(
    ("minor", "pending", "platform"), [(7600, 0, 0), (1900, -5415, -285), (1, -7219, -380)]
)
def test_it_is_taken_from_the_organizer_with_its_part_of_the_fee(
    shop: Shop, ada: Buyer, provider: Kind, minor: int, pending: int, platform: int
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    order = ada.comes_back(payment)
    payment.refresh_from_db()
    clearing = shop.balances()[f"clearing:{provider}"]
    GATEWAYS[provider].refund(
        payment.ids, key="dashboard", amount=eur(minor), reason="", reference="x"
    )

    reconcile_refunds(payment, at=now())
    deliver_all(at=now())

    books = shop.balances()
    assert books.get(f"org:{shop.organizer.pk}:pending:{provider}", 0) == pending
    assert books.get("fee:platform", 0) == platform
    assert f"refunds_in_transit:{provider}" not in books
    assert books[f"clearing:{provider}"] == clearing - minor
    payment.refresh_from_db()
    assert payment.needs_review
    order = Order.objects.get(pk=order.pk)
    assert order.state == OrderState.PAID
    assert {ticket.state for ticket in tickets_of(order)} == {"valid"}
    assert Refund.objects.get().state == "succeeded"
    assert [line for line in undelivered() if "refund" in line] == []


@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
def test_one_that_left_twice_under_our_name_is_two(shop: Shop, ada: Buyer, provider: Kind) -> None:
    """A provider said that it failed, showed nothing yet, and was asked anew."""
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    order = ada.comes_back(payment)
    payment.refresh_from_db()
    clearing = shop.balances()[f"clearing:{provider}"]
    made = refund(order, Amount(eur(1900)), Giving("user:1", "cold"), at=now()).refund
    assert made is not None
    GATEWAYS[provider].refund(
        payment.ids, key="lost", amount=eur(1900), reason="", reference=reference_of(made)
    )
    deliver_all(at=now())
    for _ in range(2):
        reconcile_refunds(payment, at=now())
        deliver_all(at=now())

    assert [(one.state, one.amount_minor) for one in Refund.objects.all()] == [
        ("succeeded", 1900),
        ("succeeded", 1900),
    ]
    books = shop.balances()
    assert books[f"clearing:{provider}"] == clearing - 3800
    assert books["fee:platform"] == -190
    payment.refresh_from_db()
    assert payment.needs_review
    assert [line for line in undelivered() if "refund" in line] == []
