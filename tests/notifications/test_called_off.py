"""An event is called off: everybody who holds tickets is told, once, whatever dies on the way."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils.timezone import now

from apps.events.services.call_off import call_off
from apps.notifications.letters.events import _about_the_money
from apps.notifications.models import Mail
from apps.notifications.services import tell_holders as telling
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.outbox.deliver import deliver
from apps.outbox.models import Message
from apps.outbox.publish import publish
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from tests.buying import Buyer, Shop, open_shop, order_of
from tests.factories.world import buy
from tests.notifications.evening import ADA, buys, sent, set_evening
from tests.outbox_pump import deliver_all, undelivered
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests


@pytest.fixture(autouse=True)
def in_chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "CHUNK", 2)


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    shop = open_shop(sandbox, capacity=20)
    set_evening(shop)
    return shop


def five_orders(shop: Shop) -> list[Order]:
    orders = [buy(shop.event, shop.parkett, 1, at=now())[0] for _ in range(5)]
    deliver_all(at=now())
    Mail.objects.all().delete()
    return orders


def told() -> list[str]:
    """What each mail is about."""
    mails = Mail.objects.filter(kind="event_called_off").order_by("pk")
    return list(mails.values_list("about", flat=True))


def chunks() -> int:
    return Message.objects.filter(topic="event.holders_to_tell").count()


def off(shop: Shop) -> None:
    call_off(shop.event, reason="storm", actor="user:1", at=now())


def deliver_everything() -> None:
    for step in range(8):
        deliver_all(at=now() + step * telling.PAUSE)


def test_every_holder_of_a_paid_order_is_told_once_in_chunks(shop: Shop) -> None:
    orders = five_orders(shop)
    Buyer(shop).chooses()
    Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    refund_order(orders[1], actor="user:1", reason="", at=now())
    off(shop)
    assert told() == []  # nothing but the fact is in its transaction

    deliver_all(at=now())
    assert (len(told()), chunks()) == (2, 1)
    deliver_everything()
    publish("event.called_off", about=shop.event, at=now())
    deliver_everything()

    left = [order for order in orders if order != orders[1]]
    assert told() == [order.subject for order in left]
    assert [one for one in undelivered() if "notifications" in one] == []
    assert set(Mail.objects.filter(kind="event_called_off").values_list("state", flat=True)) == {
        "sent"
    }


def test_what_dies_half_way_goes_on_where_it_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = five_orders(shop)
    off(shop)
    deliver_all(at=now())
    real, calls = telling.tell_holder, []

    def die_once(order: Order, *, at: datetime) -> None:
        calls.append(order)
        if len(calls) == 2:
            raise ConnectionError("killed")
        real(order, at=at)

    monkeypatch.setattr(telling, "tell_holder", die_once)
    deliver_all(at=now() + telling.PAUSE)
    assert len(told()) == 2  # the third of five was rolled back with the fourth

    deliver_everything()
    assert told() == [order.subject for order in orders]
    assert [one for one in undelivered() if "notifications" in one] == []


def test_what_it_says_about_the_money(shop: Shop) -> None:
    order = buys(Buyer(shop))
    sent()
    off(shop)
    message = sent()[1:][0]
    body = " ".join(str(message.body).split())
    assert (message.subject, message.to) == ("Called off: Zwölf Celli im Trockendock", [ADA])
    assert "Your money is on its way back to you already." in body
    assert f"/orders/{order.reference}/" in body


def test_it_comes_by_itself_or_out_of_a_hand(shop: Shop) -> None:
    order = buys(Buyer(shop))
    call_off(shop.event, reason="storm", actor="user:1", at=now())
    assert "€76.00 go back to you, the way you paid. It happens by itself" in _about_the_money(
        order
    )
    order.channel = "box_office"
    assert "so Ensemble Lichtbogen hands €76.00 back to you" in _about_the_money(order)


def test_free_tickets_and_refunds_on_their_way(shop: Shop) -> None:
    paid = buys(Buyer(shop))
    free = buys(Buyer(shop))
    sent()
    Order.objects.filter(pk=free.pk).update(total_minor=0)
    off(shop)
    lease = [one.delivery_id for one in lease_due(at=now())]
    for delivery in lease:
        deliver(delivery, at=now())
    refund_order(paid, actor="user:1", reason="storm", at=now())  # before the mail is written
    later = now() + telling.PAUSE
    bodies = {m.subject + str(m.body) for m in sent(at=later) if "Called off" in m.subject}
    assert sum("Your money is on its way back to you already." in body for body in bodies) == 1
    assert sum("Your tickets cost nothing" in body for body in bodies) == 1


def test_who_pays_in_the_moment_it_is_called_off_is_told_too(shop: Shop) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.PAYPAL)
    Buyer(shop).pays(payment)
    Buyer(shop).comes_back(payment)
    off(shop)
    Message.objects.filter(topic="event.called_off").delete()  # it had passed this order
    deliver_everything()
    assert told() == [order_of(payment).subject]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_chunks_at_once_tell_each_holder_once(sandbox: SandboxForTests) -> None:
    shop = open_shop(sandbox, capacity=20)
    orders = five_orders(shop)
    off(shop)
    facts = [one.delivery_id for one in lease_due(at=now())]

    def work(_number: int) -> None:
        for fact in facts:
            deliver(fact, at=now())

    run_at_once(4, work)
    deliver_everything()
    assert sorted(told()) == sorted(order.subject for order in orders)
