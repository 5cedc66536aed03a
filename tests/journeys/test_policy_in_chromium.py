"""The order button and the real providers' hosts; the Tab key alone; German; a double click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apps.orders.models import Order
from apps.payments.models import Payment
from tests.buying import Shop
from tests.chromium import Chromium
from tests.journeys.providers_front import providers_front
from tests.phones import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
HOSTS = {
    "stripe": "https://checkout.stripe.com",
    "paypal": "https://www.paypal.com",
}


def choose(page: Page, shop: Shop) -> None:
    page.goto(f"/events/{shop.event.slug}/")
    page.select_option(f"select[name=heads-{shop.parkett.pk}]", "2")
    page.click(".bar button[type=submit]")
    page.wait_for_url("**/checkout/")


def fill_in(page: Page, provider: str) -> None:
    page.fill("input[name=name]", "Mira Sandberg")
    page.fill("input[name=email]", "mira@example.org")
    page.check(f"input[name=provider][value={provider}]")


ORDER = "form[action$='/checkout/'] button.main[type=submit]"


@contextmanager
def stranded(chromium: Chromium, origin: str, folder: Path) -> Iterator[tuple[Page, list[str]]]:
    """A browser without JavaScript to whom providers_front is the whole internet, and its complaints."""
    with providers_front(folder) as lead_there:
        browser = chromium.launch(*lead_there)
        context = browser.new_context(
            base_url=origin, java_script_enabled=False, ignore_https_errors=True
        )
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(message.text))
        yield page, complaints
        browser.close()


def pay_at(provider: str, shop: Shop) -> None:
    """As with the real ones: the API answers with a page at the provider's own host."""
    shop.sandbox.world.options = replace(shop.sandbox.world.options, public_url=HOSTS[provider])


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_without_scripts_the_order_button_leads_to_the_real_host(
    shop: Shop, chromium: Chromium, settings: Settings, provider: str, tmp_path: Path
) -> None:
    pay_at(provider, shop)
    with stranded(chromium, settings.PUBLIC_URL, tmp_path) as (page, complaints):
        choose(page, shop)
        fill_in(page, provider)
        page.click(ORDER)
        page.wait_for_url(f"{HOSTS[provider]}/**")
        expect(page.locator("h1")).to_have_text("Pay here")
        assert complaints == []


def test_control_unless_its_host_is_named_chromium_stays(
    shop: Shop,
    chromium: Chromium,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("apps.orders.views.loading.origins", list)
    pay_at("stripe", shop)
    with stranded(chromium, settings.PUBLIC_URL, tmp_path) as (page, complaints):
        choose(page, shop)
        fill_in(page, "stripe")
        with page.expect_console_message(lambda message: "form-action" in message.text):
            page.click(ORDER)
        assert page.url.endswith("/checkout/")
        assert len(complaints) == 1


def test_the_tab_key_comes_to_everything(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/events/{shop.event.slug}/")
    tab_to(page, f"select[name=heads-{shop.parkett.pk}]")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".bar button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/")
    tab_to(page, "input[name=name]")
    page.keyboard.type("Mira Sandberg")
    tab_to(page, "input[name=email]")
    page.keyboard.type("mira@example.org")
    tab_to(page, ORDER)
    page.keyboard.press("Enter")
    expect(page.locator("button.main[name=action]")).to_be_visible()
    tab_to(page, "button.main[name=action]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Paid.")
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def tab_to(page: Page, selector: str) -> None:
    target = page.locator(selector)
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the Tab key never comes to {selector}")


def test_a_double_click_on_each_button_is_one_order(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/events/{shop.event.slug}/")
    page.select_option(f"select[name=heads-{shop.parkett.pk}]", "2")
    page.dblclick(".bar button[type=submit]")
    page.wait_for_url("**/checkout/")
    fill_in(page, "stripe")
    page.dblclick(ORDER)
    page.dblclick("button.main[name=action]")
    expect(page.locator("h1")).to_contain_text("Paid.")
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def shut_out(page: Page) -> list[str]:
    """What axe calls serious or worse, and whether the page is wider than the phone."""
    found = [
        f"{page.url} {one['id']}: {one['html']}"
        for one in violations(page)
        if one["impact"] in {"serious", "critical"}
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *([f"{page.url} is wider than the phone"] if wide else [])]


def test_in_german_nobody_is_shut_out_either(shop: Shop, open_page: OpenPage) -> None:
    page = open_page(locale="de")
    page.goto("/")
    found = shut_out(page)
    page.goto(f"/events/{shop.event.slug}/")
    found += shut_out(page)
    choose(page, shop)
    expect(page.locator(ORDER)).to_have_text("Zahlungspflichtig bestellen")
    page.click(ORDER)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    found += shut_out(page)
    fill_in(page, "stripe")
    page.click(ORDER)
    page.click("button.main[name=action]")
    expect(page.locator("h1")).to_contain_text("Bezahlt.")
    assert page.locator("html").get_attribute("lang") == "de"
    found += shut_out(page)
    page.locator("a.button[href*='/tickets/']").first.click()
    page.wait_for_url("**/tickets/*/")
    assert found + shut_out(page) == []
