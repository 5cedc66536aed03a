"""One browser, one payment, one webhook, all at once. Each race has a control without its guard."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.orders.access import remember_browser
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services import place as placing
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.settle import settle
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, ProviderNotice
from apps.payments.services import apply as applying
from apps.payments.webhooks import inbox
from tests.buying import Buyer, Shop, open_shop, order_of
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLICKS = 4
BUSY_SECONDS = 0.1  # what a busy server puts between a look and an act


@pytest.fixture
def shop(transactional_db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def slow_look(monkeypatch: pytest.MonkeyPatch) -> None:
    real = placing._refuse_too_many

    def look_and_wait(*asked: Any) -> None:
        real(*asked)
        time.sleep(BUSY_SECONDS)

    monkeypatch.setattr(placing, "_refuse_too_many", look_and_wait)


def clicks(shop: Shop, *, cookie: str = "", heads: int = 2, **more: str) -> set[str]:
    """Where one browser's clicks on "To checkout", all at once, lead to."""
    cookie = cookie or browser_cookie()
    chosen = {f"heads-{shop.parkett.pk}": str(heads), **more}

    def click(_number: int) -> str:
        client = Client(headers={"sec-fetch-site": "same-origin"})
        client.cookies["browser"] = cookie
        return client.post(f"/events/{shop.event.slug}/orders/", chosen).headers["Location"]

    answers = run_at_once(CLICKS, click)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return {str(answer) for answer in answers}


def browser_cookie() -> str:
    request, response = HttpRequest(), HttpResponse()
    remember_browser(request, response, browser_buyer(uuid.uuid4(), address=""))
    return response.cookies["browser"].value


def test_clicks_of_one_browser_at_once_are_one_order(shop: Shop, slow_look: None) -> None:
    assert len(clicks(shop)) == 1
    assert (Order.objects.count(), count(shop.event.pk).of(shop.parkett.pk)) == (1, 8)


def test_replacing_clicked_several_times_at_once_leads_to_one_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(headers={"sec-fetch-site": "same-origin"})
    browser.cookies["browser"] = browser_cookie()
    browser.post(f"/events/{shop.event.slug}/orders/", {f"heads-{shop.parkett.pk}": "2"})
    old = Order.objects.get()

    def abandon_and_wait(*asked: Any, **more: Any) -> object:
        found = abandon_payments(*asked, **more)
        time.sleep(BUSY_SECONDS)
        return found

    monkeypatch.setattr("apps.orders.views.placing.abandon_payments", abandon_and_wait)
    led_to = clicks(shop, cookie=browser.cookies["browser"].value, heads=3, replace=old.reference)
    new = Order.objects.exclude(pk=old.pk).get()
    assert led_to == {f"/orders/{new.reference}/checkout/"}
    assert count(shop.event.pk).of(shop.parkett.pk) == 7


@pytest.fixture
def no_order_index() -> Iterator[None]:
    execute("DROP INDEX order_one_open_per_buyer")
    yield
    Order.objects.update(state="cancelled")
    execute(
        "CREATE UNIQUE INDEX order_one_open_per_buyer ON orders_order (buyer, event_id)"
        " WHERE state IN ('open', 'pending')"
    )


def test_control_without_the_index_they_are_several(
    shop: Shop, slow_look: None, no_order_index: None
) -> None:
    assert len(clicks(shop)) > 1
    assert Order.objects.count() > 1


def one_webhook_at_once(shop: Shop) -> list[ProviderNotice | Exception | None]:
    buyer = Buyer(shop)
    buyer.pays(buyer.on_the_way_to_pay(Kind.STRIPE))
    events = shop.sandbox.notices(type="checkout.session.completed")
    headers, body = shop.sandbox.packed(*events[0])
    known = {name.lower(): value for name, value in headers.items()}
    return run_at_once(
        CLICKS, lambda _: inbox.receive(Kind.STRIPE, known, body, endpoint="platform", at=now())
    )


def test_one_webhook_many_times_at_once_is_stored_once(shop: Shop) -> None:
    stored = one_webhook_at_once(shop)
    assert len([one for one in stored if isinstance(one, ProviderNotice)]) == 1
    assert stored.count(None) == CLICKS - 1
    assert ProviderNotice.objects.count() == 1
    assert Message.objects.filter(topic="provider.notice.attempt").count() == 1


@pytest.fixture
def no_notice_constraint() -> Iterator[None]:
    execute("ALTER TABLE payments_providernotice DROP CONSTRAINT notice_once")
    yield
    execute("TRUNCATE payments_providernotice CASCADE")
    execute(
        "ALTER TABLE payments_providernotice"
        " ADD CONSTRAINT notice_once UNIQUE (provider, endpoint, event_id)"
    )


def test_control_looking_first_stores_it_several_times(
    shop: Shop, no_notice_constraint: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = inbox._insert
    plain = inbox._INSERT.replace("ON CONFLICT (provider, endpoint, event_id) DO NOTHING", "")
    monkeypatch.setattr(inbox, "_INSERT", plain)

    def look_then_insert(kind: Kind, notice: Any, **more: Any) -> ProviderNotice | None:
        if ProviderNotice.objects.filter(event_id=notice.event_id).exists():
            return None
        time.sleep(BUSY_SECONDS)
        return real(kind, notice, **more)

    monkeypatch.setattr(inbox, "_insert", look_then_insert)
    one_webhook_at_once(shop)
    assert Message.objects.filter(topic="provider.notice.attempt").count() > 1


def test_control_settling_without_locks_stumbles(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With them all agree, see test_settle_at_once; even without them it stays one sale."""
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE)
    buyer.pays(payment)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    real = applying._take_in

    def take_in_and_wait(*told: Any) -> None:
        real(*told)
        time.sleep(BUSY_SECONDS)

    monkeypatch.setattr(applying, "_take_in", take_in_and_wait)
    results = run_at_once(
        CLICKS, lambda _: settle(Payment.objects.get(pk=payment.pk), actor="system", at=now())
    )
    assert [one for one in results if isinstance(one, Exception)] != []
    assert order_of(payment).state == "paid"
    assert shop.balances()["fee:platform"] == -380
