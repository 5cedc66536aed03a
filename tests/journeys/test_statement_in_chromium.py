"""An organizer reads the statement of a payout: page, table and file add up to the cent."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Locator, Page, expect

from apps.accounts.roles import Role
from apps.core.money import Money
from apps.ledger import balances
from apps.orders.models import Order
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, refund
from apps.payments.gateways.base import Kind
from apps.payouts.models import Payout
from tests.buying import Shop
from tests.factories.selling import make_member
from tests.journeys.conftest import OpenPage
from tests.outbox_pump import deliver_all
from tests.payouts.test_with_providers import connect, pay_out, sell, the_provider_works
from tests.phones import scrolls_sideways, serious

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")
GIVEN_BACK = 1001


def paid_out(shop: Shop) -> Payout:
    """Three sales, of one something given back, and some of it kept in reserve."""
    shop.organizer.release_at_sale = True
    shop.organizer.payout_reserve_minor = 500
    shop.organizer.save()
    connect(shop, Kind.STRIPE)
    for _ in range(3):
        sell(shop, Kind.STRIPE)
    first = Order.objects.order_by("pk")[0]
    amount = Amount(Money(GIVEN_BACK, "EUR"))
    refund(first, amount, Giving("user:1", "draughty"), at=now())
    deliver_all(at=now())
    payout = pay_out(shop)
    the_provider_works(shop)
    return payout


def signed_in(shop: Shop, open_page: OpenPage) -> Page:
    client = Client()
    owner = make_member(shop.organizer, Role.OWNER, email="lena@example.org", language="en")
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    page = open_page()
    page.goto("/")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
    return page


def minor(text: str) -> int:
    """Of an amount as it is shown, with either sign for less."""
    digits = int(re.sub(r"\D", "", text) or 0)
    return -digits if re.search(r"[\u2212-]", text) else digits


def read(cells: Locator) -> int:
    return sum(minor(text) for text in cells.all_inner_texts())


def test_an_organizer_reads_a_statement_that_adds_up(shop: Shop, open_page: OpenPage) -> None:
    payout = paid_out(shop)
    page = signed_in(shop, open_page)
    page.goto("/console/payouts/payout/")
    page.get_by_role("link", name=payout.reference).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(payout.reference)

    shown = page.locator("dl.sums")
    whole = minor(shown.locator("div.all dd").inner_text())
    assert whole == payout.amount_minor == 3 * 7220 - GIVEN_BACK + 50 - 500
    assert read(shown.locator("div:not(.sub):not(.all) > dd")) == whole
    lines = page.locator("td[data-label=Amount]")
    expect(lines).to_have_count(4)
    kept = minor(shown.locator("div", has_text="Kept back").locator("dd").inner_text())
    assert (read(lines) + kept, kept) == (whole, -500)
    for name, width in (("phone", 360), ("desk", 1280)):
        page.set_viewport_size({"width": width, "height": 800})
        assert serious(page) == []
        assert not scrolls_sideways(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"statement-{name}.png", full_page=True)

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    table = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert sum(minor(row["Amount"]) for row in rows) == whole
    left = balances.available(shop.organizer.pk, Kind.STRIPE, "EUR")
    assert left == Money(500, "EUR")  # nothing but what the statement calls kept back
