"""An open board moves by itself: pushed where there is a stream, asked for where there is none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils.timezone import now
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.checkin.models import DoubtNote
from apps.events.models import Event
from tests.factories.door import make_gate, make_ticket
from tests.factories.night import make_double, make_phone, scans
from tests.live_process import LiveProcess
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_board_kept() -> None:
    cache.clear()


@pytest.fixture
def board(open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User) -> Page:
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/board/")
    return page


def test_a_scan_appears_without_a_reload_and_so_does_the_end_of_a_session(
    live_process: LiveProcess, board: Page, event: Event, owner: User
) -> None:
    expect(board.locator("#fresh")).to_have_text("Live")
    board.evaluate("window.same = true")
    phone = make_phone(event, "Ida's phone", make_gate(event), seen_at=now())
    assert scans(phone, make_ticket(event), at=now()) == "admitted"
    expect(board.locator(".giant b")).to_have_text("1", timeout=8000)
    expect(board.locator("[data-part=devices]")).to_contain_text("Ida's phone")
    # Two phones off the network let the same person in, and bring it later.
    ticket, at = make_ticket(event), now() - timedelta(seconds=20)
    other = make_phone(event, "Ben's phone", paired_at=at - timedelta(hours=1))
    for offline in (make_phone(event, "Eva's phone", paired_at=at - timedelta(hours=1)), other):
        offline.looks(ticket, at=at)
        offline.brings(at=now())
    expect(board.locator("[data-part=doubles]")).to_contain_text("Order unknown", timeout=8000)
    expect(board.locator("#aloud")).to_have_text("1 double entry.")
    assert board.evaluate("window.same") is True
    # It dies and comes back: so does the page, by itself.
    live_process.stop()
    expect(board.locator("#fresh")).to_contain_text("s old", timeout=8000)
    live_process.start()
    expect(board.locator("#fresh")).to_have_text("Live", timeout=45_000)
    Session.objects.all().delete()
    cache.clear()
    expect(board).to_have_url(re.compile("/accounts/login/"), timeout=20_000)


def test_without_the_live_process_the_page_asks_and_says_how_old_it_is(
    settings: Settings, board: Page, event: Event
) -> None:
    settings.LIVE_URL = ""
    expect(board.locator("#fresh")).to_contain_text("s old")
    board.evaluate("window.same = true")
    scans(make_phone(event, "Ida's phone"), make_ticket(event), at=now())
    expect(board.locator(".giant b")).to_have_text("1", timeout=25_000)
    assert board.evaluate("window.same") is True


def test_without_scripts_the_page_loads_again(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    page = open_phone()
    sign_in(page, owner)
    html = page.request.get(f"/door/{event.slug}/board/").text()
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in html
    assert 'class="giant"' in html


def test_everybody_can_read_it_in_german_at_360_pixels(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User, in_german: None
) -> None:
    make_double(event)
    at, title = now(), "Donaudampfschifffahrtsgesellschaftskapitän"
    phone = make_phone(event, title, make_gate(event, title), paired_at=at - timedelta(hours=1))
    scans(phone, make_ticket(event, title), at=at)
    phone.looks(make_ticket(event, title), at=at - timedelta(minutes=1))
    phone.looks(make_ticket(event, title), "blocked", at=at, reason="blocked")
    phone.brings(at=now())
    page = open_phone(language="de")
    sign_in(page, owner)
    for path in ("board", "doubts", "report"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(f"/door/{event.slug}/{path}/")
            assert page.locator("html").get_attribute("lang") == "de"
            assert (serious(page), scrolls_sideways(page)) == ([], False), (path, scheme)
    page.goto(f"/door/{event.slug}/doubts/")
    page.fill(".case input[name=text] >> nth=0", "Ein Paar mit einem Code")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text("Notiert.")
    assert DoubtNote.objects.get().by_name == "Ida Vogt"
