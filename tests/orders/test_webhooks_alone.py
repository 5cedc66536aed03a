"""The buyer pays and closes the window: webhooks alone make the order, in whatever way they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.orders.states import OrderState
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from apps.payments.models import ProviderNotice
from apps.payments.services.chase import fetch_missed, poll_payments
from tests.buying import Buyer, Shop, order_of, tickets_of
from tests.outbox_pump import deliver_all, undelivered

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])


def send_all(shop: Shop, client: Client, *, times: int = 1) -> set[int]:
    """Newest first, as they may come; each so many times."""
    events = list(reversed(shop.sandbox.notices()))
    return {shop.sandbox.send_to(client, p, e) for p, e in events for _ in range(times)}


@BOTH
def test_webhooks_doubled_and_out_of_order_make_one_sale(
    shop: Shop, ada: Buyer, client: Client, provider: Kind
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)

    for _ in range(2):  # PayPal's capture is ours, and brings events of its own
        assert send_all(shop, client, times=2) == {200}
        deliver_all(at=now())

    order = order_of(payment)
    assert (order.state, order.late) == (OrderState.PAID, False)
    assert len(tickets_of(order)) == 2
    assert Message.objects.filter(topic="order.confirmed").count() == 1
    books = shop.balances()
    assert books["fee:platform"] == -380
    assert books[f"clearing:{provider}"] + books[f"fee:provider:{provider}"] == 7600
    assert set(ProviderNotice.objects.values_list("state", flat=True)) <= {"processed", "ignored"}
    assert [line for line in undelivered() if "payments" in line or "orders" in line] == []


@BOTH
def test_a_buyer_who_comes_back_before_the_worker_leaves_it_nothing_to_ask(
    shop: Shop, ada: Buyer, client: Client, provider: Kind
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    assert send_all(shop, client) == {200}
    assert ada.comes_back(payment).state == OrderState.PAID
    calls = len(shop.sandbox.exchanges)
    deliver_all(at=now())
    assert set(ProviderNotice.objects.values_list("state", flat=True)) == {"ignored"}
    assert len(shop.sandbox.exchanges) == calls
    assert len(tickets_of(order_of(payment))) == 2


def test_a_worker_that_dies_over_what_it_ignored_leaves_nothing_behind(
    shop: Shop, ada: Buyer, client: Client
) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    assert send_all(shop, client) == {200}
    assert ada.comes_back(payment).state == OrderState.PAID
    leased = [one.delivery_id for one in lease_due(at=now())]
    for delivery in leased:
        deliver(delivery, at=now())
    assert set(ProviderNotice.objects.values_list("state", flat=True)) == {"ignored"}

    Delivery.objects.filter(pk__in=leased).update(state=DeliveryState.LEASED, done_at=None)
    for delivery in leased:
        deliver(delivery, at=now())

    assert set(ProviderNotice.objects.values_list("state", flat=True)) == {"ignored"}
    assert not Delivery.objects.filter(pk__in=leased).exclude(state=DeliveryState.DONE).exists()


@BOTH
def test_no_webhook_at_all_the_poll_finds_the_money(shop: Shop, ada: Buyer, provider: Kind) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    soon = now() + timedelta(seconds=61)
    assert poll_payments(at=soon) == 1
    deliver_all(at=soon)
    assert order_of(payment).state == OrderState.PAID


@BOTH
def test_no_webhook_and_no_poll_the_providers_list_tells(
    shop: Shop, ada: Buyer, provider: Kind
) -> None:
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    later = now() + timedelta(minutes=3)
    assert fetch_missed(later - timedelta(hours=3), at=later) > 0
    deliver_all(at=later)
    assert order_of(payment).state == OrderState.PAID


@BOTH
def test_a_webhook_while_the_provider_is_away_waits_and_is_not_lost(
    shop: Shop, ada: Buyer, client: Client, provider: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)
    assert send_all(shop, client) == {200}
    shop.sandbox.do("add_fault", operation="*.retrieve", kind="error_before", times=20)
    deliver_all(at=now())
    assert order_of(payment).state == OrderState.PENDING
    assert set(ProviderNotice.objects.values_list("state", flat=True)) <= {"failed", "ignored"}

    shop.sandbox.do("clear_faults")
    deliver_all(at=now() + timedelta(minutes=2))

    assert order_of(payment).state == OrderState.PAID
    assert set(ProviderNotice.objects.values_list("state", flat=True)) <= {"processed", "ignored"}
