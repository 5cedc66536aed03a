"""The whole purchase in a browser 360 px wide, under the page's own security policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.orders.models import Order
from apps.orders.services.settle import settle
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from tests.buying import Shop
from tests.phones import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
PAID = re.compile(r"^Paid\.")


def choose(page: Page, shop: Shop, heads: str = "2") -> None:
    page.goto(f"/events/{shop.event.slug}/")
    page.get_by_label("Parkett: how many").select_option(heads)
    page.get_by_role("button", name="To checkout").click()


def check_out(page: Page, provider: str) -> None:
    page.get_by_label("Name", exact=True).fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label(re.compile(provider)).check()
    page.get_by_role("button", name="Order and pay").click()


def pay(page: Page) -> None:
    """On the provider's page."""
    page.locator("button.main[name=action]").click()


def serious(page: Page) -> list[str]:
    return [f"{v['id']}: {v['html']}" for v in violations(page) if v["impact"] != "minor"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("provider", ["Card", "PayPal"])
def test_from_the_event_to_the_tickets(
    shop: Shop, open_page: OpenPage, provider: str, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    choose(page, shop)
    check_out(page, provider)
    pay(page)

    expect(page.locator("h1")).to_have_text(PAID)
    expect(page.locator(".qr svg")).to_be_visible()
    assert (Order.objects.get().state, Ticket.objects.count()) == ("paid", 2)


def test_declined_then_cancelled_there_then_paid(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    choose(page, shop)
    check_out(page, "Card")
    page.get_by_role("button", name="Try a card that is declined").click()
    page.get_by_role("link", name="Cancel and go back").click()
    expect(page.locator("h1")).to_have_text("Not paid yet")

    page.get_by_role("link", name="Pay another way").click()
    page.get_by_label(re.compile("PayPal")).check()
    page.get_by_role("button", name="Order and pay").click()
    pay(page)

    expect(page.locator("h1")).to_have_text(PAID)
    assert Payment.objects.filter(state="captured").count() == 1


def test_back_and_reload_on_every_step_make_one_order(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    choose(page, shop)
    page.wait_for_load_state("networkidle")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.go_back()
    page.get_by_label("Parkett: how many").select_option("2")
    page.get_by_role("button", name="To checkout").click()
    check_out(page, "Card")
    page.wait_for_load_state("networkidle")
    page.reload()
    pay(page)
    expect(page.locator("h1")).to_have_text(PAID)
    page.wait_for_load_state("networkidle")
    page.reload()

    expect(page.locator("h1")).to_have_text(PAID)
    assert (Order.objects.count(), Payment.objects.count(), Ticket.objects.count()) == (1, 1, 2)


def test_the_bar_sums_and_the_buttons_count(shop: Shop, open_page: OpenPage) -> None:
    page = open_page(locale="de")
    page.goto(f"/events/{shop.event.slug}/")
    more = page.get_by_role("button", name="Parkett: eins mehr")
    less = page.get_by_role("button", name="Parkett: eins weniger")

    expect(less).to_be_disabled()
    more.click()
    more.click()
    expect(page.locator(".bar .total")).to_have_text("76,00\xa0€")
    expect(page.locator(".bar .what")).to_have_text("2 Tickets, alles inklusive")
    less.click()
    expect(page.locator(".bar .what")).to_have_text("1 Ticket, alles inklusive")


def test_weekday_and_month_stand_on_lines_of_their_own(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/events/{shop.event.slug}/")
    weekday = page.locator(".facts .date b")
    assert weekday.evaluate("element => getComputedStyle(element).display") == "block"


def test_with_the_keyboard_alone(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/events/{shop.event.slug}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_label("Parkett: how many").focus()
    page.keyboard.press("1")
    page.get_by_role("button", name="To checkout").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Checkout")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("^Pay"))


def test_the_clock_runs_and_speaks(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    choose(page, shop)
    timer = page.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^1[45]:\d\d$"))
    page.clock.run_for(10 * 60_000)
    expect(page.locator(".count [role=status]")).to_have_text("Five minutes left.")
    expect(timer).to_have_text(re.compile(r"^4:\d\d$"))
    page.clock.run_for(4 * 60_000)
    expect(page.locator(".count [role=status]")).to_have_text("One minute left.")


def test_a_page_that_waits_changes_by_itself(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    choose(page, shop)
    check_out(page, "PayPal")
    page.get_by_role("link", name="Cancel and go back").click()
    expect(page.locator("h1")).to_have_text("Not paid yet")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1[45]:"))
    payment = Payment.objects.get()
    shop.sandbox.do("approve", order=payment.ids["order"])
    settle(payment, actor="system", at=now())

    expect(page.locator("h1")).to_have_text(PAID)
    expect(page.locator(".qr svg")).to_be_visible()


def test_searching_shows_results_while_typing(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    expect(page.locator("#results h2").first).to_have_text("Zwölf Celli im Trockendock")
    page.get_by_label("Search events").press_sequentially("horns")
    expect(page.locator("#results h2")).to_have_text("Nothing found")
    assert page.url.endswith("/?q=horns")

    page.goto("/?q=horns")  # a page that knows no organizer's colour
    page.get_by_label("Search events").fill("celli")
    row = page.locator("#results .row")
    expect(row).to_contain_text("Zwölf Celli im Trockendock")
    assert row.evaluate("row => getComputedStyle(row).getPropertyValue('--signal')") == "#ff4d1a"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_phone(
    shop: Shop, open_page: OpenPage, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    found: dict[str, object] = {}

    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] = [*serious(page), *(["wider than the phone"] if wide else [])]

    for address in ("/", "/organizers/" + shop.organizer.slug + "/", "/help/", "/my/tickets/"):
        page.goto(address)
        look(address)
    page.goto(f"/events/{shop.event.slug}/")
    look("event")
    page.get_by_role("button", name="To checkout").click()
    look("choose again")
    choose(page, shop)
    look("checkout")
    page.get_by_role("button", name="Order and pay").click()
    look("checkout with errors")
    check_out(page, "Card")
    pay(page)
    expect(page.locator("h1")).to_have_text(PAID)
    look("order")
    page.get_by_role("link", name="Show it large").first.click()
    look("ticket")

    assert {name: problems for name, problems in found.items() if problems} == {}
