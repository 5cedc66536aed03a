"""A buyer gives one of two tickets back on a phone, without scripts; an organizer calls the event off."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.accounts.roles import Role
from apps.orders.keys import order_key
from apps.orders.models import OrderRefund
from apps.orders.selectors import refunds_of, status
from apps.variants.models import Variant
from tests.buying import Buyer, Shop, tickets_of
from tests.factories.selling import make_member
from tests.factories.world import buy
from tests.journeys.conftest import OpenPage
from tests.orders.test_after_the_sale import bought
from tests.outbox_pump import deliver_all
from tests.phones import scrolls_sideways, serious

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")


def looks_right(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert not scrolls_sideways(page)


def test_one_of_two_tickets_without_scripts(shop: Shop, open_page: OpenPage) -> None:
    Variant.objects.update(refund_hours=48, refund_percent=90)
    order = bought(Buyer(shop))
    page = open_page(java_script_enabled=False)
    page.goto(f"/events/{shop.event.slug}/")
    expect(page.get_by_text("Can be given back until")).to_have_count(1)
    looks_right(page, "refund-event")
    page.goto(f"/orders/{order.reference}/?key={order_key(order)}")
    looks_right(page, "refund-order")
    page.get_by_role("link", name="Give tickets back").click()
    expect(page.get_by_text("€34.20 of €38.00 come back.")).to_have_count(2)
    looks_right(page, "refund-choose")
    page.get_by_role("button", name="Show what comes back").click()
    expect(page.get_by_text("Choose at least one ticket.")).to_be_visible()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Show what comes back").click()
    expect(page.get_by_text("90 % of the price come back, the organizer keeps")).to_be_visible()
    looks_right(page, "refund-quote")
    page.get_by_role("button", name="Give back for €34.20").click()
    expect(page.get_by_text("What you gave back does not admit any more.")).to_be_visible()
    looks_right(page, "refund-done")
    deliver_all(at=now())
    assert OrderRefund.objects.get().amount_minor == 3420
    assert sorted(ticket.state for ticket in tickets_of(order)) == ["refunded", "valid"]
    assert status(order, refunds_of(order)) == "partially_refunded"


def test_its_pages_are_readable(shop: Shop, open_page: OpenPage) -> None:
    Variant.objects.update(refund_hours=48)
    order = bought(Buyer(shop))
    page = open_page(color_scheme="dark")
    page.goto(f"/orders/{order.reference}/?key={order_key(order)}")
    page.get_by_role("link", name="Give tickets back").click()
    assert serious(page) == []
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Show what comes back").click()
    assert serious(page) == []
    looks_right(page, "refund-quote-dark")


def test_an_organizer_refunds_and_calls_off(shop: Shop, open_page: OpenPage) -> None:
    order, _payment = [buy(shop.event, shop.parkett, 2, at=now()) for _ in range(3)][-1]
    owner = make_member(shop.organizer, Role.OWNER, email="lena@example.org", language="en")
    owner.set_password("a very fine password")
    owner.save()
    owner.emailaddress_set.create(email=owner.email, verified=True, primary=True)
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto("/accounts/login/?next=/console/")
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Password").fill("a very fine password")
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url("**/console/**")
    page.goto(f"/console/orders/order/{order.pk}/refund/")
    page.get_by_role("checkbox").nth(2).check()
    looks_right(page, "console-refund")
    page.get_by_role("button", name="Show what comes back").first.click()
    expect(page.get_by_text("1 ticket stops working.")).to_be_visible()
    looks_right(page, "console-refund-tickets")
    page.goto(f"/console/events/event/{shop.event.pk}/calling-off/")
    looks_right(page, "console-calling-off")
    page.get_by_label("Why").fill("storm")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Call the event off").click()
    expect(page.get_by_text("0 of 3 orders given back.")).to_be_visible()
    looks_right(page, "console-refunds")
    page.set_viewport_size({"width": 360, "height": 740})
    looks_right(page, "console-refunds-360")
    deliver_all(at=now())
    expect(page.get_by_text("3 of 3 orders given back.")).to_be_visible()  # it counts by itself
