"""Somebody pays with a gift voucher, on a tablet and without scripts, and no provider is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.payments.models import Payment
from apps.vouchers.keys import code_of
from tests.buying import Shop
from tests.factories.vouchers import make_voucher, rest
from tests.journeys.conftest import OpenPage
from tests.phones import scrolls_sideways

pytestmark = pytest.mark.browser


def test_a_voucher_pays_for_two_tickets(shop: Shop, open_page: OpenPage) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    page = open_page(java_script_enabled=False, viewport={"width": 768, "height": 1024})
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option("2")
    page.get_by_text("Code or gift voucher").first.click()
    page.get_by_label("Code or gift voucher").fill(code_of(voucher).lower())
    page.get_by_role("button", name="To checkout").click()
    expect(page.get_by_text(f"Gift voucher {voucher} pays €76.00.")).to_be_visible()
    assert not scrolls_sideways(page)
    page.get_by_label("Name", exact=True).fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_text("−€76.00")).to_be_visible()
    assert not scrolls_sideways(page)
    assert (rest(voucher), Payment.objects.count()) == (2400, 0)
