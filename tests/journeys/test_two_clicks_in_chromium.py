"""Two clicks on "To checkout" without JavaScript, in a browser that was never here before."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from apps.orders.models import Order
from apps.orders.services import place as placing
from tests.buying import Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
BUSY_SECONDS = 0.3  # so long an answer takes that the second click comes before it


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = placing._refuse_too_many

    def wait_and_look(*asked: Any) -> None:
        time.sleep(BUSY_SECONDS)
        real(*asked)

    monkeypatch.setattr(placing, "_refuse_too_many", wait_and_look)


def choose(page: Page, shop: Shop) -> None:
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option("2")


@pytest.mark.parametrize("pause_seconds", [0, 0.1])
def test_two_fast_clicks_are_one_order_and_one_hold(
    shop: Shop, open_page: OpenPage, busy: None, pause_seconds: float
) -> None:
    page = open_page(java_script_enabled=False)
    choose(page, shop)
    button = page.get_by_role("button", name="To checkout").bounding_box()
    assert button is not None
    for pause in (pause_seconds, 0):
        page.mouse.click(button["x"] + 10, button["y"] + 10)
        time.sleep(pause)

    expect(page.locator("h1")).to_have_text("Checkout")
    time.sleep(2 * BUSY_SECONDS)  # whatever the first click began has ended
    order = Order.objects.get()
    assert page.url.endswith(f"/orders/{order.reference}/checkout/")
    assert shop.hall.places.filter(claim=None).count() == 8


def test_without_cookies_it_says_so_and_keeps_what_was_chosen(
    shop: Shop, open_page: OpenPage
) -> None:
    page = open_page(java_script_enabled=False)
    page.route("**/orders/", _without_cookies)
    choose(page, shop)
    page.get_by_role("button", name="To checkout").click()

    expect(page.locator(".notice")).to_contain_text("Your browser keeps no cookies")
    expect(page.get_by_label("Parkett: how many")).to_have_value("2")
    assert (page.context.cookies(), Order.objects.count()) == ([], 0)
    assert shop.hall.places.filter(claim=None).count() == 10

    page.unroute("**/orders/")
    page.get_by_role("button", name="To checkout").click()
    expect(page.locator("h1")).to_have_text("Checkout")
    assert (len(page.context.cookies()), Order.objects.count()) == (1, 1)


def _without_cookies(route: Route) -> None:
    sent = route.request
    headers = {"Content-Type": sent.headers["content-type"], "Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(sent.url, content=sent.post_data_buffer, headers=headers)
    route.fulfill(status=answer.status_code, headers={"Location": answer.headers["Location"]})
