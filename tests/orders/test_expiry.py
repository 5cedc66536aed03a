"""Orders whose time is up: each a task of its own, a few at a time for each provider."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.orders.models import Order
from apps.orders.services import due
from apps.orders.services.due import LANES, LOOK_AGAIN, publish_due
from apps.orders.services.expire import expire
from apps.orders.states import OrderState
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.outbox.publish import publish
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from tests.buying import Buyer, Shop, open_shop, order_of
from tests.outbox_pump import deliver_all
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

AFTER = timedelta(minutes=16)
AT_ONCE = 4
BUSY_SECONDS = 0.1


def handed_out() -> Counter[str]:
    """How often each order was handed out."""
    return Counter(m.subject for m in Message.objects.filter(topic="order.due"))


def in_lane(lane: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message__topic="order.due", message__payload__lane=lane)


def states() -> Counter[str]:
    return Counter(Order.objects.values_list("state", flat=True))


def test_a_provider_that_does_not_answer_holds_up_nobody_else(
    db: None, sandbox: SandboxForTests
) -> None:
    shop, at = open_shop(sandbox, capacity=40), now() + AFTER
    slow = [order_of(Buyer(shop).on_the_way_to_pay(Kind.PAYPAL, 1)) for _ in range(6)]
    by_card = order_of(Buyer(shop).on_the_way_to_pay(Kind.STRIPE, 1))
    chosen = [Buyer(shop).chooses(1) for _ in range(5)]

    assert publish_due(at=at) == LANES["paypal"] + 1 + 5
    lease_due(at=at)  # PayPal's are with workers now, and stay there
    for lane in ("stripe", ""):
        for delivery in in_lane(lane):
            deliver(delivery.pk, at=at)

    for order in (by_card, *chosen):
        order.refresh_from_db()
        assert order.state == OrderState.EXPIRED
    assert states() == {"expired": 6, "pending": len(slow)}
    assert publish_due(at=at) == 0
    assert in_lane("paypal").count() == LANES["paypal"]

    deliver(in_lane("paypal")[0].pk, at=at)  # one answers, and makes room for the next
    assert in_lane("paypal").count() == LANES["paypal"] + 1
    deliver_all(at=at + timedelta(minutes=2))
    assert states() == {"expired": 12}
    assert set(handed_out().values()) == {1}
    assert count(shop.event.pk).of(shop.parkett.pk) == 40


def test_one_that_cannot_be_asked_keeps_its_places_and_is_asked_again(shop: Shop) -> None:
    order = order_of(Buyer(shop).on_the_way_to_pay(Kind.PAYPAL))
    shop.sandbox.do("add_fault", operation="paypal.*", kind="error_before", times=50)
    at = now() + AFTER

    def beat(at: datetime) -> None:
        publish_due(at=at)
        deliver_all(at=at)

    for pause in (0 * LOOK_AGAIN, LOOK_AGAIN / 2, LOOK_AGAIN):
        beat(at + pause)
    order.refresh_from_db()
    assert (order.state, handed_out()) == ("pending", {order.subject: 2})
    assert count(shop.event.pk).of(shop.parkett.pk) == 8

    shop.sandbox.do("clear_faults")
    beat(at + 2 * LOOK_AGAIN)
    order.refresh_from_db()
    assert (order.state, count(shop.event.pk).of(shop.parkett.pk)) == ("expired", 10)


def test_one_that_fails_takes_no_room(shop: Shop) -> None:
    at = now() + AFTER
    for _ in range(LANES["stripe"]):
        Buyer(shop).on_the_way_to_pay(Kind.STRIPE, 1)
    publish_due(at=at)
    in_lane("stripe").update(attempts=1)  # each waits for its next try
    good = order_of(Buyer(shop).on_the_way_to_pay(Kind.STRIPE, 1))

    assert publish_due(at=at) == 1
    assert handed_out()[good.subject] == 1


def test_who_paid_in_the_meantime_stays_paid(shop: Shop) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    at = now() + AFTER
    publish_due(at=at)
    Buyer(shop).pays(payment)
    order = Buyer(shop).comes_back(payment)
    deliver_all(at=at)
    order.refresh_from_db()
    assert order.state == OrderState.PAID


@pytest.fixture
def several(
    transactional_db: None, sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch
) -> Shop:
    """Three due orders, and a beat that takes its time between looking and acting."""
    shop = open_shop(sandbox)
    for _ in range(3):
        Buyer(shop).chooses(1)

    def slowly(*args: Any, **more: Any) -> Message:
        time.sleep(BUSY_SECONDS)
        return publish(*args, **more)

    monkeypatch.setattr(due, "publish", slowly)
    return shop


@pytest.mark.race
def test_beats_at_once_hand_out_each_order_once(several: Shop) -> None:
    at = now() + AFTER
    handed = run_at_once(AT_ONCE, lambda _: publish_due(at=at))
    assert sum(number for number in handed if isinstance(number, int)) == 3
    assert set(handed_out().values()) == {1}


@pytest.mark.race
def test_control_without_the_lock_they_are_handed_out_several_times(
    several: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, at = due._due, now() + AFTER

    def unlocked(lane: str, *, at: datetime) -> QuerySet[Order]:
        found = real(lane, at=at)
        found.query.select_for_update = False
        return found

    monkeypatch.setattr(due, "_due", unlocked)
    run_at_once(AT_ONCE, lambda _: publish_due(at=at))
    assert max(handed_out().values()) > 1


@pytest.mark.race
def test_tasks_at_once_expire_an_order_once(several: Shop) -> None:
    order, at = Order.objects.earliest("pk"), now() + AFTER
    expired = run_at_once(AT_ONCE, lambda _: expire(order, at=at))
    assert sorted(map(str, expired)) == ["False", "False", "False", "True"]
    assert Message.objects.filter(topic="order.expired").count() == 1
    assert not Delivery.objects.filter(state=DeliveryState.PARKED).exists()
    assert count(several.event.pk).of(several.parkett.pk) == 8
