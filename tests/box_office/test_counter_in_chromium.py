"""The counter on a phone: five touches, the keyboard, no network, paper; English and German."""

from __future__ import annotations

import time

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.checkin.devices import COOKIE
from apps.orders.models import Order
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.box_office import Seller, seller_at
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.phones import OpenPhone, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOUCHES_MAX, SECONDS_MAX = 5, 20
WIDTHS = (360, 768, 1280)


@pytest.fixture
def parkett(transactional_db: None) -> Variant:
    event = make_event(make_organizer(), at=now(), colour="#ff4d1a")
    parkett = make_variant(event, price_minor=1700)
    make_quota(event, 40, parkett, make_variant(event, "Ermäßigt", price_minor=0))
    return parkett


@pytest.fixture
def seller(parkett: Variant) -> Seller:
    seller = seller_at(parkett.event)
    seller.opens_till("100")
    return seller


def at_the_counter(page: Page, seller: Seller, live_server: LiveServer) -> Page:
    secret = seller.client.cookies[COOKIE].value
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    page.goto(seller.at)
    return page


def looks_right(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert not scrolls_sideways(page), f"{page.url} at {width}"
    page.set_viewport_size({"width": 360, "height": 640})
    assert serious(page) == []


def test_a_sale_takes_at_most_five_touches(
    open_phone: OpenPhone, live_server: LiveServer, seller: Seller
) -> None:
    page = at_the_counter(open_phone(), seller, live_server)
    begin, touches = time.monotonic(), 0
    for touch in (
        page.get_by_role("button", name="Parkett: one more"),
        page.get_by_role("button", name="Take payment"),
        page.get_by_role("button", name="€20.00 back €3.00"),
    ):
        touch.click()
        touches += 1
    expect(page.get_by_role("heading", name="Back: €3.00")).to_be_visible()
    code = page.get_by_role("img", name="QR code: Parkett")
    expect(code).to_be_in_viewport()
    assert touches <= TOUCHES_MAX
    assert time.monotonic() - begin < SECONDS_MAX
    page.get_by_role("link", name="Next, please").click()
    expect(page.get_by_role("button", name="Take payment")).to_be_visible()
    assert Order.objects.get().state == "paid"


def test_every_page_fits_and_axe_finds_nothing(
    open_phone: OpenPhone, live_server: LiveServer, seller: Seller, parkett: Variant
) -> None:
    order = seller.sells(parkett, 2, given=5000)
    unpaid = seller.chooses(parkett)
    page = at_the_counter(open_phone(), seller, live_server)
    for path in (
        "",
        f"sales/{unpaid.reference}/",
        f"sales/{order.reference}/",
        f"sales/{order.reference}/return/",
        "sales/",
        f"upgrades/?ticket={Ticket.objects.first()}",
        "tills/",
        f"tills/{seller.till.pk}/",
        "till/cash-in/",
        "till/closing/",
    ):
        page.goto(seller.at + path)
        looks_right(page)
    seller.closes_till("1")
    page.goto(seller.at)
    looks_right(page)


def test_in_german_by_keyboard_to_the_paper(
    open_phone: OpenPhone, live_server: LiveServer, seller: Seller, in_german: None
) -> None:
    page = at_the_counter(open_phone(language="de"), seller, live_server)
    page.get_by_role("button", name="Parkett: eins mehr").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Kassieren").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="17,00 € passend").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Verkauft")).to_be_visible()
    looks_right(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Beleg")).to_be_visible()
    expect(page.get_by_role("article", name="Ticket Parkett")).to_be_visible()
    expect(page.get_by_role("link", name="Nächste Person")).to_be_hidden()


def test_without_a_network_it_sells_nothing_and_says_so(
    open_phone: OpenPhone, live_server: LiveServer, seller: Seller
) -> None:
    page = at_the_counter(open_phone(), seller, live_server)
    page.get_by_role("button", name="Parkett: one more").click()
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("sells only online")
    page.get_by_role("button", name="Take payment").click()
    expect(page.get_by_role("button", name="Take payment")).to_be_visible()
    assert not Order.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Take payment").click()
    expect(page.get_by_role("button", name="Card has paid")).to_be_visible()
    assert Order.objects.count() == 1
