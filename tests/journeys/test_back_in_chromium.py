"""The back button from the provider's page, after a mistake at the checkout, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.orders.models import Order
from apps.payments.models import Payment
from tests.buying import Buyer, Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]


def order_and_pay(page: Page) -> None:
    page.get_by_role("button", name="Order and pay").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_from_the_provider_after_a_mistake_shows_the_checkout(
    shop: Shop, open_page: OpenPage, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option("2")
    page.get_by_role("button", name="To checkout").click()
    page.get_by_label("Name", exact=True).fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@example")
    page.get_by_label(re.compile("PayPal")).check()
    order_and_pay(page)

    expect(page.locator(".error")).to_contain_text("We cannot write to this address")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Byron")
    expect(page.get_by_label("E-mail")).to_have_value("ada@example")
    expect(page.get_by_label(re.compile("PayPal"))).to_be_checked()
    page.get_by_label("E-mail").fill("ada@example.org")
    order_and_pay(page)
    expect(page).to_have_title(re.compile("PayPal"))
    page.wait_for_load_state("networkidle")

    page.go_back()
    expect(page.locator("h1")).to_have_text("Checkout")
    expect(page.get_by_label("E-mail")).to_have_value("ada@example.org")
    expect(page.locator(".error")).to_have_count(0)
    page.get_by_label(re.compile("PayPal")).check()
    order_and_pay(page)
    page.locator("button.main[name=action]").click()

    expect(page.locator("h1")).to_have_text(re.compile(r"^Paid\."))
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
    assert [c["name"] for c in page.context.cookies() if c["name"] == "typed"] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_from_the_provider_after_another_could_not_be_reached(
    shop: Shop, open_page: OpenPage, scripts: bool
) -> None:
    shop.sandbox.do("add_fault", operation="paypal.orders.create", kind="error_before", times=3)
    page = open_page(java_script_enabled=scripts)
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option("2")
    page.get_by_role("button", name="To checkout").click()
    page.get_by_label("Name", exact=True).fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label(re.compile("PayPal")).check()
    order_and_pay(page)

    expect(page.locator(".notice")).to_contain_text("The payment page cannot be reached right now.")
    expect(page.get_by_label(re.compile("PayPal"))).to_be_checked()
    page.get_by_label(re.compile("Card")).check()
    order_and_pay(page)
    expect(page).to_have_title(re.compile("Stripe"))
    page.wait_for_load_state("networkidle")

    page.go_back()
    expect(page.locator("h1")).to_have_text("Checkout")
    expect(page.get_by_label("E-mail")).to_have_value("ada@example.org")
    page.reload()
    expect(page.locator(".notice")).to_have_count(0)
    order_and_pay(page)
    page.locator("button.main[name=action]").click()

    expect(page.locator("h1")).to_have_text(re.compile(r"^Paid\."))
    states = dict(Payment.objects.values_list("provider", "state"))
    assert (Order.objects.count(), states["stripe"]) == (1, "captured")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_from_the_checkout_after_a_mistake_shows_the_choice(
    shop: Shop, open_page: OpenPage, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_role("button", name="To checkout").click()
    expect(page.locator(".notice")).to_have_text(re.compile("Choose at least one ticket"))
    page.get_by_label("Parkett: how many").select_option("2")
    page.get_by_role("button", name="To checkout").click()
    expect(page.locator("h1")).to_have_text("Checkout")
    page.wait_for_load_state("networkidle")

    page.go_back()
    expect(page.get_by_role("button", name="To checkout")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_to_a_selection_that_was_refused_sends_nothing_again(
    shop: Shop, open_page: OpenPage, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option("2")
    Buyer(shop).chooses(9)
    page.get_by_role("button", name="To checkout").click()
    expect(page.locator(".notice")).to_contain_text("Only 1 ticket is left in “Hall”.")
    page.get_by_label("Parkett: how many").select_option("1")
    page.get_by_role("button", name="To checkout").click()
    expect(page.locator("h1")).to_have_text("Checkout")

    page.go_back()
    expect(page.locator("h1")).to_have_text(shop.event.title)
    expect(page.locator(".notice")).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_have_text(shop.event.title)
    assert Order.objects.count() == 2
