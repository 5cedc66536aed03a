"""An organizer calls an event off and watches the money go back, while the worker is killed twice."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.accounts.roles import Role
from apps.core.money import Money
from apps.inventory.resize import resize
from apps.orders.models import Order, OrderRefund
from apps.orders.services.called_off import CHUNK
from apps.outbox.models import Delivery, DeliveryState
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.tickets.models import Ticket
from bench.copies import copy_order
from tests.buying import Buyer, Shop
from tests.chaos.conftest import Machine, leases_lapse, wait_for
from tests.chaos.test_killed import sound
from tests.factories.selling import make_member
from tests.journeys.conftest import OpenPage
from tests.outbox_pump import deliver_all
from tests.phones import scrolls_sideways, serious

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.race]

ORDERS = int(os.environ.get("CALLED_OFF_ORDERS", 10 * CHUNK))
PATIENCE_SECONDS = 120  # with a browser and two processes beside it
SHAPES = 20  # they are alike: so many of the last exchanges and events are held to the shapes
TOPICS = ("event.orders_to_refund", "order.called_off", "refund.requested", "refund.changed")
SHOTS = os.environ.get("SHOTS")
MARKS = (
    "after:apps.orders.services.called_off:refund",  # decided and booked; nobody noted that it is done
    "after:apps.payments.services.submit_refund:_send",  # the money is back, and nobody wrote it down
)


def sell(shop: Shop, count: int) -> None:
    """One is bought at Stripe, the others are copies of it, row for row, here and there."""
    resize(shop.hall, count)
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE, 1)
    buyer.pays(payment)
    order = buyer.comes_back(payment)
    payment.refresh_from_db()
    shop.sandbox.do("copy_payment", session=payment.ids["session"], times=count - 1)
    copy_order(order, payment, count - 1)
    deliver_all(at=now())


def signed_in(shop: Shop, open_page: OpenPage) -> Page:
    client = Client()
    owner = make_member(shop.organizer, Role.OWNER, email="lena@example.org", language="en")
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    page = open_page()
    page.goto("/")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
    return page


def looks_right(page: Page, name: str) -> None:
    assert serious(page) == []
    assert not scrolls_sideways(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def all_back() -> bool:
    """Chunks come with pauses between them: these pass at once."""
    waiting = Delivery.objects.exclude(state=DeliveryState.DONE).filter(message__topic__in=TOPICS)
    waiting.filter(due_at__gt=now(), state=DeliveryState.PENDING).update(due_at=now())
    return not waiting.exists() and Refund.objects.filter(state="succeeded").count() == ORDERS


def test_it_goes_on_where_a_killed_worker_stopped(
    shop: Shop, machine: Machine, open_page: OpenPage
) -> None:
    sell(shop, ORDERS)
    machine.environment["QUEUES"] = "critical,bulk"  # the money; mails wait
    machine.start("relay")  # both import while the organizer reads
    machine.start("worker", *MARKS)
    page = signed_in(shop, open_page)
    page.goto(f"/console/events/event/{shop.event.pk}/calling-off/")
    expect(page.get_by_text(f"buyers of {ORDERS} orders")).to_be_visible()
    page.get_by_label("Why").fill("storm")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Call the event off").click()
    expect(page.get_by_text(re.compile(rf"^\d+ of {ORDERS} orders given back\.$"))).to_be_visible()

    for mark in MARKS:
        machine.wait_until_killed("worker", mark, seconds=PATIENCE_SECONDS)
        leases_lapse()
    underway = re.compile(rf"^[1-9]\d* of {ORDERS} orders given back\.$")
    expect(page.get_by_role("status").get_by_text(underway)).to_be_visible()  # it counts by itself
    looks_right(page, "called-off-underway")
    wait_for("everybody has their money", all_back, seconds=PATIENCE_SECONDS + ORDERS)
    machine.stop("worker")

    expect(page.get_by_text(f"{ORDERS} of {ORDERS} orders given back.")).to_be_visible()
    arrived = page.locator("dl div", has_text="of it arrived")
    expect(arrived).to_contain_text(str(Money(3800 * ORDERS, "EUR")))
    looks_right(page, "called-off-done")
    assert Order.objects.count() == OrderRefund.objects.values("order").distinct().count() == ORDERS
    assert OrderRefund.objects.count() == ORDERS
    assert Counter(Refund.objects.values_list("state", "amount_minor")) == {
        ("succeeded", 3800): ORDERS
    }
    there = shop.sandbox.world.store.newest("refund")
    assert len({refund["charge"] for refund in there}) == len(there) == ORDERS
    assert set(Ticket.objects.values_list("state", flat=True)) == {"refunded"}
    sound(shop)
    shop.sandbox.check_only_the_last(SHAPES)
