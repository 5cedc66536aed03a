"""A buyer gives tickets back: the policy they bought under, the page that says what comes back, the door."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from apps.checkin.services.scan import scan
from apps.events.services.call_off import call_off
from apps.ledger import invariants as ledger_invariants
from apps.notifications.models import Mail
from apps.notifications.render import write
from apps.orders import invariants
from apps.orders.models import Order, OrderLine, OrderRefund, Unit
from apps.orders.selectors import refunds_of, status
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Whole, refund
from apps.payments.models import Refund
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.variants.models import Variant
from tests.buying import Buyer, Shop, open_shop
from tests.factories.box_office import broken
from tests.factories.door import make_attempt
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all, undelivered
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    shop = open_shop(sandbox)
    Variant.objects.update(refund_hours=48)
    shop.parkett.refresh_from_db()
    return shop


@pytest.fixture(autouse=True)
def _limits_start_anew() -> None:
    cache.clear()


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


def bought(ada: Visitor, heads: int = 2) -> Order:
    """By card, in this browser."""
    ada.chooses(heads)
    order = Order.objects.latest("pk")
    ada.checks_out(order)
    payment = order.payments.get().payment
    buyer = Buyer(ada.shop)
    buyer.pays(payment)
    buyer.comes_back(payment)
    order.refresh_from_db()
    return order


def units() -> list[int]:
    return list(Unit.objects.order_by("pk").values_list("pk", flat=True))


def gives_back(ada: Visitor, order: Order, *chosen: int, key: str = "") -> None:
    url = f"/orders/{order.reference}/refund/"
    form = {"unit": [str(unit) for unit in chosen], "key": key or str(uuid.uuid4())}
    ada._see(ada.client.post(url, form, follow=True))


def sound() -> list[str]:
    return broken(invariants, ledger_invariants)


def test_one_of_two_is_quoted_and_comes_back(shop: Shop, ada: Visitor) -> None:
    order = bought(ada)
    ada.opens(f"/orders/{order.reference}/")
    assert "Can be given back until" in ada.words
    assert f"/orders/{order.reference}/refund/" in ada.page
    ada.opens(f"/orders/{order.reference}/refund/")
    assert "€38.00 of €38.00 come back." in ada.words
    ada.opens(f"/orders/{order.reference}/refund/?choose=1")
    assert "Choose at least one ticket." in ada.words
    first, second = units()
    ada.opens(f"/orders/{order.reference}/refund/?unit={first}&choose=1")
    assert "You get back €38.00 incl. VAT €2.48" in ada.words
    assert "This ticket stops admitting at once" in ada.words
    assert not OrderRefund.objects.exists()

    for _click in range(2):
        gives_back(ada, order, first, key="one")
        assert "€38.00 is on its way back to you" in ada.words
    deliver_all(at=now())
    made = OrderRefund.objects.get()
    assert (made.kind, made.amount_minor, made.actor) == ("tickets", 3800, order.buyer)
    assert status(order, refunds_of(order)) == "partially_refunded"
    assert {u.pk: u.ticket.state for u in Unit.objects.all()} == {
        first: "refunded",
        second: "valid",
    }
    letter = write(Mail.objects.get(kind="order_refunded"))
    assert "The others of this order stay valid." in letter.text
    assert (undelivered(), sound()) == ([], [])


def test_the_policy_of_the_day_of_sale_holds(shop: Shop, ada: Visitor) -> None:
    Variant.objects.update(refund_percent=80, refund_keeps_fee=True)
    order = bought(ada)
    Variant.objects.update(refund_hours=None, refund_percent=1, refund_keeps_fee=False)
    line = OrderLine.objects.get()
    assert line.refund_until == shop.event.starts_at - timedelta(hours=48)
    first, second = units()
    ada.opens(f"/orders/{order.reference}/refund/?unit={first}&choose=1")
    # 38.00 less the fee of 1.90 in it is 36.10; of that 80 per cent.
    assert "You get back €28.88" in ada.words
    gives_back(ada, order, first)
    deliver_all(at=now())
    made = OrderRefund.objects.get()
    assert (made.amount_minor, made.fee_back_minor, made.lines.get().kept_minor) == (2888, 0, 912)
    assert shop.balances()["fee:platform"] == -380
    # The other ticket is worth what it was, and calling off gives back all of it.
    refund(order, Whole(), Giving("user:1", "ill"), at=now())
    assert OrderRefund.objects.latest("pk").amount_minor == 3800
    assert second not in {u.pk for u in Unit.objects.filter(ended_at=None)}
    assert sound() == []


def test_it_says_why_not(shop: Shop, ada: Visitor) -> None:
    order = bought(ada, 3)
    used, blocked, _fine = Ticket.objects.order_by("unit")
    scan(make_attempt(used, scanned_at=now()), at=now())
    block(blocked, reason="stolen", actor="user:1", at=now())
    ada.opens(f"/orders/{order.reference}/refund/")
    assert "Somebody came in with this ticket." in ada.words
    assert "This ticket is blocked. Please ask the organizer." in ada.words
    for unit in units()[:2]:
        gives_back(ada, order, unit)
        assert "That has changed meanwhile." in ada.words
    gives_back(ada, order)
    assert not OrderRefund.objects.exists()
    with time_machine.travel(shop.event.starts_at - timedelta(hours=47), tick=False):
        gives_back(ada, order, units()[2])
        assert "It could be given back until" in ada.words
        assert "None of them can be given back here." in ada.words
    assert (OrderRefund.objects.count(), Refund.objects.count()) == (0, 0)


def test_what_cannot_be_given_back_has_no_way_to_it(shop: Shop, ada: Visitor) -> None:
    Variant.objects.update(refund_hours=None)
    order = bought(ada)
    ada.opens(f"/orders/{order.reference}/")
    assert "Cannot be given back." in ada.words
    assert "/refund/" not in ada.page
    gives_back(ada, order, units()[0])
    assert "This kind of ticket cannot be given back." in ada.words
    assert not OrderRefund.objects.exists()


def test_a_stranger_learns_nothing(shop: Shop, ada: Visitor) -> None:
    order = bought(ada)
    url = f"/orders/{order.reference}/refund/"
    assert Client().get(url).status_code == 404
    assert Client().post(url, {"unit": units()[0], "key": "x"}).status_code == 404
    assert not OrderRefund.objects.exists()


def test_a_called_off_event_pays_back_by_itself(shop: Shop, ada: Visitor) -> None:
    order = bought(ada)
    call_off(shop.event, reason="storm", actor="user:1", at=now())
    gives_back(ada, order, units()[0])
    assert "your money comes back without your asking" in ada.words
    assert not OrderRefund.objects.exists()


def test_too_many_tries_are_stopped(shop: Shop, ada: Visitor) -> None:
    order = bought(ada)
    for _try in range(11):
        gives_back(ada, order, 0)
    assert "That was many tries in a short time." in ada.words


def test_the_policy_is_said_before_people_buy(shop: Shop, ada: Visitor) -> None:
    ada.opens(f"/events/{shop.event.slug}/")
    assert ada.words.count("Can be given back until") == 1
    assert "Parkett: Can" not in ada.words
    ada.chooses(1)
    ada.opens(f"/orders/{Order.objects.get().reference}/checkout/")
    assert "for the full price." in ada.words


def test_a_refund_that_fails_days_later_is_told(shop: Shop, ada: Visitor) -> None:
    """hi.events 2024 and its peers: "refunded" is not the end, banks send money back."""
    order = bought(ada)
    shop.sandbox.do("plan_stripe_refund", outcome="succeeded_fails")
    gives_back(ada, order, units()[0])
    deliver_all(at=now())
    assert Refund.objects.get().state == "succeeded"
    shop.sandbox.later(10 * 86_400)
    ((provider, event),) = shop.sandbox.notices(type="refund.failed")
    assert shop.sandbox.send_to(ada.client, provider, event) == 200
    deliver_all(at=now())
    assert Refund.objects.get().state == "failed"
    letter = write(Mail.objects.get(kind="refund_failed"))
    assert "€38.00 could not be sent" in letter.text
    assert shop.balances()["unapplied:stripe"] == -3800
    ada.opens(f"/orders/{order.reference}/")
    assert "€38.00 could not be sent to you. It is still yours:" in ada.words
    assert sound() == []
