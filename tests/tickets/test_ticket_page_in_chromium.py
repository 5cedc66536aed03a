from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.accounts.roles import Role
from apps.checkin.models import Scan
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.services.complimentary import Guest, give_tickets
from apps.tickets.models import Ticket
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_quota,
    make_variant,
)
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(db: None) -> Order:
    event = make_event(make_organizer(), at=now(), title="Zwölf Celli im Trockendock")
    make_quota(event, 10, parkett := make_variant(event))
    guest = Guest("ada@example.org", "Ada Byron", "en")
    return give_tickets(event, {parkett: 1}, guest, actor="user:1", at=now())


def open_ticket(page: Page, order: Order) -> Ticket:
    ticket = Ticket.objects.get(unit__line__order=order)
    page.goto(f"/orders/{order.reference}/?key={order_key(order)}")
    page.goto(f"/orders/{order.reference}/tickets/{ticket.reference}/")
    return ticket


def test_the_code_on_the_screen_opens_the_door(
    open_phone: OpenPhone, sign_in: SignIn, order: Order, tmp_path: Path
) -> None:
    page = open_phone()
    ticket = open_ticket(page, order)
    photo = tmp_path / "photo.png"
    page.locator(".qr").screenshot(path=photo)
    staff = make_member(order.organizer, Role.STAFF)
    sign_in(page, staff)
    page.goto(f"/door/{order.event.slug}/")
    page.get_by_role("button", name=order.event.title).click()
    expect(page.locator("#net")).to_have_text("Online")
    page.set_input_files("#photo", photo)
    expect(page.locator("#verdict[data-is=yes]")).to_contain_text("Ada Byron")
    assert Scan.objects.get().ticket == ticket


def test_axe_finds_nothing_serious_at_360_pixels(open_phone: OpenPhone, order: Order) -> None:
    page = open_phone()
    open_ticket(page, order)
    expect(page.get_by_role("article")).to_be_visible()
    assert (serious(page), scrolls_sideways(page)) == ([], False)
    page.emulate_media(color_scheme="dark")
    assert serious(page) == []


def test_it_prints_on_one_page_without_the_frame(open_phone: OpenPhone, order: Order) -> None:
    page = open_phone()
    open_ticket(page, order)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator(".qr")).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
