"""When a phone asks the server, and when it decides by itself."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect

from apps.accounts.models import User
from apps.checkin.models import DeviceFlag, DoorSettings, Entry, LogEntry, Scan, Standing
from apps.events.models import Event
from apps.tickets.tokens import token
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    open_door,
    pairing_code,
    scanned,
    typed,
    uploaded,
)
from tests.factories.door import make_ticket
from tests.phones import Handset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_goes_offline_by_itself_and_a_lost_answer_makes_no_double_entry(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket, other = make_ticket(event), make_ticket(event, "Jonas Wieland")
    DoorSettings.objects.create(event=event, offline_after=1, slow_after_ms=1000)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    expect(page.locator("#limit")).to_have_text("Offline after 1 × 1 s")
    # The scan arrives; its answer gets lost on the way back.
    page.context.route("**/checkin/scans", lambda route: (route.fetch(), route.abort()), times=1)
    scanned(page, token(ticket))
    expect_verdict(page, "yes", "Come in")
    expect(page.locator("#net")).to_have_text("Offline")
    go_on(page)
    scanned(page, token(ticket))
    expect_verdict(page, "twice", "Already used")
    go_on(page)
    uploaded(page)
    scanned(page, token(other))
    expect_verdict(page, "yes", "Come in")
    go_on(page)
    uploaded(page)
    assert set(Entry.objects.standing().values_list("ticket", "standing")) == {
        (ticket.pk, Standing.REGULAR),
        (other.pk, Standing.REGULAR),
    }
    assert not DeviceFlag.objects.exists()


def test_forced_offline_and_undone(handset: Handset, event: Event, owner: User) -> None:
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=more]")
    page.get_by_label("Stay offline").check()
    page.keyboard.press("Escape")
    expect(page.locator("#net")).to_have_text("Offline, as you chose")
    typed(page, ticket.spoken_reference)
    expect_verdict(page, "yes", "Come in")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#says")).to_have_text("Undone. The ticket opens the door again.")
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    go_on(page)
    assert not Scan.objects.exists()
    page.click("[data-opens=more]")
    expect(page.get_by_role("link", name="What was scanned")).to_be_hidden()
    page.get_by_label("Stay offline").uncheck()
    page.keyboard.press("Escape")
    uploaded(page)
    assert [entry.undone_at is None for entry in Entry.objects.order_by("at")] == [False, True]
    assert not DeviceFlag.objects.exists()


def test_what_was_asked_before_the_network_went_is_no_network(
    handset: Handset, event: Event, owner: User
) -> None:
    """The last answer of a call begun in time comes when everything is dark: nothing is asked in vain."""
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    held: list[Route] = []
    page.context.route("**/checkin/tickets?*", lambda route: held.append(route), times=1)
    with page.expect_request("**/checkin/tickets?*"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.context.set_offline(True)
    expect(page.locator("#net")).to_have_text("Offline")
    held[0].fulfill(response=held[0].fetch())
    page.wait_for_timeout(300)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.context.set_offline(False)
    uploaded(page)
    scan = json.loads(LogEntry.objects.get(kind="scan").text)
    assert (scan["by"], scan["instead_of"]) == ("phone", None)
