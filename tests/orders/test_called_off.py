"""An event is called off: everybody gets their money back once, whatever is killed meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.events.services.call_off import call_off
from apps.ledger import invariants as ledger_invariants
from apps.ledger.balances import pending_of
from apps.orders import invariants
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.services import called_off
from apps.orders.services.complimentary import Guest, give_tickets
from apps.orders.services.refund import refund as give_back
from apps.orders.services.return_tickets import return_tickets
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payouts.services.release import release_due
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.buying import Buyer, Shop
from tests.disputing import of_organizer
from tests.factories.box_office import broken
from tests.factories.selling import make_member
from tests.factories.world import order_of, pay
from tests.outbox_pump import deliver_all, undelivered
from tests.racing import run_at_once

BULK = "apps.orders.subscribers"
LATER = timedelta(hours=1)


def bought(shop: Shop, orders: int, *, at: datetime) -> list[Order]:
    found = []
    for _ in range(orders):
        order = order_of(shop.event, shop.parkett, 1, at=at)
        pay(order, at=at)
        found.append(order)
    return found


def sound() -> list[str]:
    return broken(invariants, ledger_invariants)


def one_step(*, at: datetime) -> int:
    """The relay and one worker, which is then gone; another does what is not the orders' own."""
    leased = lease_due(at=at)
    for one in leased:
        delivery = Delivery.objects.get(pk=one.delivery_id)
        if delivery.handler.startswith(BULK):
            deliver(one.delivery_id, at=at)
        else:
            Delivery.objects.filter(pk=one.delivery_id).update(state="done", done_at=at)
    return len(leased)


def test_everybody_gets_back_what_is_theirs(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    paid = ada.comes_back(payment)
    guest = Guest("guest@example.org", "Grace Hopper", "de")
    free = give_tickets(shop.event, {shop.parkett: 1}, guest, actor="user:1", at=now())
    waiting = Buyer(shop).chooses(1)
    late = Buyer(shop)
    slow = late.on_the_way_to_pay(Kind.STRIPE, 1)
    marked = bought(shop, 1, at=now())[0]
    Payment.objects.filter(order_payment__order=marked).update(needs_review=True)

    call_off(shop.event, reason="storm", actor="user:1", at=now())
    late.pays(slow)  # on the provider's page, where nobody knows
    deliver_all(at=now())
    deliver_all(at=now() + LATER)

    assert {o.pk: o.state for o in Order.objects.all()} == {
        paid.pk: "paid",
        free.pk: "paid",
        waiting.pk: "cancelled",
        slow.order_payment.order_id: "cancelled",
        marked.pk: "paid",
    }
    living = Ticket.objects.living().values_list("unit__line__order", flat=True)
    assert set(living) == {marked.pk}
    made = dict(OrderRefund.objects.values_list("order", "amount_minor"))
    assert made == {paid.pk: 7600, free.pk: 0}
    # Late money, which bought nothing, went back too.
    assert sorted(Refund.objects.values_list("amount_minor", "state")) == [
        (3800, "succeeded"),
        (7600, "succeeded"),
    ]
    assert (undelivered(), sound()) == ([], [])


def test_what_was_kept_of_tickets_given_back_before_is_released(shop: Shop) -> None:
    """By their terms it is the organizer's; of the others all goes back, and nothing is released."""
    Variant.objects.update(refund_hours=24, refund_percent=33)
    at = shop.event.starts_at - timedelta(days=2)
    given_back, kept = bought(shop, 2, at=at)
    units = set(Unit.objects.filter(line__order=given_back).values_list("pk", flat=True))
    return_tickets(given_back, units, key="buyer:1", went_in=lambda _: frozenset(), at=at)
    pending = pending_of(given_back.subject, shop.organizer.pk, "paypal", "EUR").minor
    call_off(shop.event, reason="storm", actor="user:1", at=at)
    released_at = shop.event.ends_at + timedelta(days=shop.organizer.release_days)

    assert release_due(at=released_at) == 1
    deliver_all(at=released_at)

    assert of_organizer(shop, Kind.PAYPAL) == {"pending": 0, "available": 2419, "reserve": 0}
    assert pending == 2419
    assert dict(OrderRefund.objects.values_list("order", "amount_minor")) == {
        given_back.pk: 1254,  # 33 % of 38.00
        kept.pk: 3800,
    }
    assert sound() == []


def test_killed_twice_it_goes_on_where_it_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(called_off, "CHUNK", 4)
    at = now()
    orders = bought(shop, 10, at=at)
    call_off(shop.event, reason="storm", actor="user:1", at=at)
    killed, refund = 0, give_back

    def kill(*args: Any, **kwargs: Any) -> OrderRefund:
        nonlocal killed
        made = refund(*args, **kwargs)
        if OrderRefund.objects.count() in {3, 7} and killed < 2:
            killed += 1
            raise SystemExit  # all is committed, but not that it was done
        return made

    monkeypatch.setattr(called_off, "refund", kill)
    for hour in range(6):
        try:
            while one_step(at=at + hour * LATER):
                pass
        except SystemExit:
            continue
    assert killed == 2
    assert list(OrderRefund.objects.order_by("order").values_list("order", "amount_minor")) == [
        (order.pk, 3800) for order in orders
    ]
    assert (Refund.objects.count(), Ticket.objects.living().count()) == (10, 0)
    assert sound() == []


def test_the_next_orders_wait_while_refunds_were_not_tried_yet(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(called_off, "CHUNK", 2)
    at = now()
    bought(shop, 4, at=at)
    while one_step(at=at):
        pass
    call_off(shop.event, reason="storm", actor="user:1", at=at)
    for second in range(5):
        for one in lease_due(at=at + timedelta(seconds=second)):
            delivery = Delivery.objects.get(pk=one.delivery_id)
            if delivery.handler.startswith(BULK):
                deliver(one.delivery_id, at=at + timedelta(seconds=second))
    assert OrderRefund.objects.count() == 2  # nobody has sent them

    sending = Delivery.objects.filter(message__topic="refund.requested")
    sending.update(state="pending", attempts=1, due_at=at + LATER)  # tried in vain
    while one_step(at=at + timedelta(seconds=10)):
        pass
    while one_step(at=at + timedelta(seconds=20)):
        pass
    assert OrderRefund.objects.count() == 4
    assert sound() == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_orders_give_back_once(shop: Shop) -> None:
    at = now()
    orders = bought(shop, 3, at=at)
    call_off(shop.event, reason="storm", actor="user:1", at=at)
    paid = list(Order.objects.select_related("event").order_by("pk"))
    assert len(orders) == len(paid)

    def works_through(number: int) -> None:
        for one in paid[:: 1 - number % 2 * 2]:
            called_off.end_called_off(one, at=at)

    run_at_once(6, works_through)
    assert OrderRefund.objects.count() == Refund.objects.count() == 3
    assert sound() == []


def test_the_organizer_sees_the_cost_and_how_far_it_is(shop: Shop, client: Client) -> None:
    bought(shop, 3, at=now())
    client.force_login(make_member(shop.organizer, Role.ADMIN))
    page = f"/console/events/event/{shop.event.pk}"
    asked = client.get(f"{page}/calling-off/").content.decode()
    for words in ("€114.00", "−€5.70", "€108.30", "buyers of 3 orders"):
        assert words in asked
    assert "you will owe us" not in asked
    client.post(f"{page}/calling-off/", {"reason": "ill", "sure": "on"})
    assert "0 of 3 orders given back." in client.get(f"{page}/refunds/").content.decode()
    while one_step(at=now()):
        pass
    shown = client.get(f"{page}/refunds/").content.decode()
    assert "3 of 3 orders given back." in shown
    assert "Try again" not in shown
    assert Unit.objects.filter(ended_at=None).count() == 0
