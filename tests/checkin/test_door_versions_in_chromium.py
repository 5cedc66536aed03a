"""A new version of the door on a phone: between two scans, and before a PIN is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.checkin.models import DoorSettings
from apps.checkin.views import app
from apps.checkin.words import words
from apps.events.models import Event
from tests.checkin.door_page import expect_verdict, open_door, pairing_code, typed
from tests.factories.door import make_ticket
from tests.phones import Handset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_on_a_phone_with_a_pin_a_new_version_comes_before_it_is_typed(
    handset: Handset, event: Event, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    DoorSettings.objects.create(event=event, start_pin=True)
    page = handset.start()
    page.goto(f"/door/#{pairing_code(event, owner)}")
    page.get_by_label("PIN", exact=True).first.fill("271828")
    page.keyboard.press("Enter")
    expect(page.locator("#net")).to_have_text("Online")
    monkeypatch.setattr(app, "words", lambda: {**words(), "online": "Online again"})
    page.evaluate("navigator.serviceWorker.ready.then((found) => found.update()).then(() => null)")
    page.wait_for_timeout(3000)
    expect(page.locator("#net")).to_have_text("Online")  # nobody may be near who knows it
    page.reload()
    page.wait_for_function(
        "() => document.getElementById('door-words').text.includes('Online again')"
    )
    page.get_by_label("PIN", exact=True).first.fill("271828")
    page.keyboard.press("Enter")
    expect(page.locator("#net")).to_have_text("Online again")


def test_a_new_version_comes_between_two_scans(
    handset: Handset, event: Event, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=type]")  # somebody is at it
    monkeypatch.setattr(app, "words", lambda: {**words(), "online": "Online again"})
    page.evaluate("navigator.serviceWorker.ready.then((found) => found.update()).then(() => null)")
    page.wait_for_function(
        "() => navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))"
    )
    page.wait_for_timeout(3000)
    expect(page.locator("#net")).to_have_text("Online")
    page.keyboard.press("Escape")
    expect(page.locator("#net")).to_have_text("Online again", timeout=30_000)
    page.context.set_offline(True)
    page.reload()
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
