"""The last place on both sides of the door; taps, counts and withdrawals at once, with their controls."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.utils.timezone import now

from apps.box_office import invariants
from apps.box_office.models import Till, TillLine
from apps.box_office.services import book, close_till, move_cash, open_till, sell
from apps.box_office.services.close_till import Count
from apps.box_office.services.sell import InHand, begin_sale, finish_sale
from apps.core.money import Money
from apps.inventory.claims import SoldOut
from apps.orders.models import Order
from apps.payments.gateways.offline import Method
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.box_office import books_of, broken
from tests.factories.door import make_device
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import order_of
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4
BUSY_SECONDS = 0.1  # what a busy server puts between a look and an act
CASH = InHand(Method.CASH)


@pytest.fixture
def parkett(transactional_db: None) -> Variant:
    parkett = make_variant(make_event(make_organizer(), at=now()))
    make_quota(parkett.event, 5, parkett)
    return parkett


@pytest.fixture
def till(parkett: Variant) -> Till:
    return opened(parkett)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def opened(parkett: Variant) -> Till:
    device, _secret = make_device(parkett.event, box_office=True)
    return open_till.open_till(device, eur(10000), cashier="", key=uuid.uuid4(), at=now())


def begun(till: Till, parkett: Variant, heads: int = 1, sale: uuid.UUID | None = None) -> Order:
    chosen = {parkett.pk: heads}
    return begin_sale(till, chosen, sale=sale or uuid.uuid4(), language="en", at=now())


def failures(results: list[Any]) -> list[type[Exception]]:
    return [type(one) for one in results if isinstance(one, Exception)]


def test_the_last_place_is_sold_once_online_or_at_the_door(parkett: Variant) -> None:
    tills = [opened(parkett) for _ in range(3)]
    begun(tills[0], parkett, 4)

    def wants(number: int) -> Order:
        if number % 2:
            return order_of(parkett.event, parkett, 1, at=now())
        return begun(tills[number // 2], parkett)

    results = run_at_once(6, wants)
    assert failures(results) == [SoldOut] * 5
    assert Order.objects.count() == 2


def test_taps_at_once_sell_once(till: Till, parkett: Variant) -> None:
    sale = uuid.uuid4()
    orders = run_at_once(AT_ONCE, lambda _: begun(till, parkett, sale=sale))
    assert failures(orders) == []
    assert Order.objects.count() == 1
    order = Order.objects.get()
    lines = run_at_once(AT_ONCE, lambda _: finish_sale(till, order, CASH, at=now()))
    assert failures(lines) == []
    assert len({line.pk for line in lines if isinstance(line, TillLine)}) == 1
    assert (Ticket.objects.count(), TillLine.objects.filter(kind="sale").count()) == (1, 1)
    assert broken(invariants) == []


def test_opening_at_once_opens_one(parkett: Variant) -> None:
    device, _secret = make_device(parkett.event, box_office=True)

    def opens(_number: int) -> Till:
        return open_till.open_till(device, eur(500), cashier="", key=uuid.uuid4(), at=now())

    results = run_at_once(AT_ONCE, opens)
    assert failures(results) == [open_till.TillIsOpen] * (AT_ONCE - 1)
    assert (Till.objects.count(), TillLine.objects.count()) == (1, 1)


def sell_and_close(till: Till, parkett: Variant) -> list[Any]:
    order = begun(till, parkett)

    def act(number: int) -> Any:
        if number:
            return finish_sale(till, order, CASH, at=now())
        counted = Count(eur(10000), eur(0))
        return close_till.close_till(till, counted, actor="device:1", at=now())

    return run_at_once(2, act)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = book.must_hold

    def look_and_wait(*asked: Any) -> Money:
        there = real(*asked)
        time.sleep(BUSY_SECONDS)
        return there

    monkeypatch.setattr(close_till, "must_hold", look_and_wait)
    monkeypatch.setattr(move_cash, "must_hold", look_and_wait)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody waited for a till."""

    def only_look(till: Till) -> Till:
        return Till.objects.select_related("device__event").get(pk=till.pk)

    for service in (close_till, move_cash, sell):
        monkeypatch.setattr(service, "lock_open", only_look)


def test_a_sale_while_it_is_counted_is_in_the_count_or_not_made(
    till: Till, parkett: Variant, busy: None
) -> None:
    results = sell_and_close(till, parkett)
    sold = TillLine.objects.filter(kind="sale").count()
    assert failures(results) == ([] if sold else [book.TillClosed])
    assert Ticket.objects.count() == sold
    assert books_of(parkett.event.organizer_id).get("till_difference:ORG", 0) == 3800 * sold
    assert broken(invariants) == []


def test_control_without_the_lock_a_sale_slips_past_the_count(
    till: Till, parkett: Variant, busy: None, unlocked: None
) -> None:
    sell_and_close(till, parkett)
    (rule,) = broken(invariants)
    assert rule.endswith(f"device {till.device_id}: cash 3800 in the books, 0 in its open till")


def take_out_at_once(till: Till) -> list[Any]:
    def act(_number: int) -> TillLine:
        return move_cash.take_out(till, eur(6000), reason="safe", key=uuid.uuid4(), at=now())

    return run_at_once(2, act)


def test_no_more_comes_out_than_there_was(till: Till, busy: None) -> None:
    assert failures(take_out_at_once(till)) == [move_cash.NotThatMuch]
    assert book.must_hold(till, Method.CASH) == eur(4000)


def test_control_without_the_lock_more_comes_out(till: Till, busy: None, unlocked: None) -> None:
    assert failures(take_out_at_once(till)) == []
    assert book.must_hold(till, Method.CASH) == eur(-2000)
