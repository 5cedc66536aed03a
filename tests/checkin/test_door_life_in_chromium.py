"""The life of the door on a phone: its list, its log, its PIN."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.checkin.models import Device, DeviceFlag, DoorSettings, Entry, GuestNote, LogEntry
from apps.events.models import Event
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    open_door,
    open_with_pin,
    pairing_code,
    typed,
    uploaded,
)
from tests.factories.door import make_ticket
from tests.phones import Handset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_note_on_a_guest(handset: Handset, event: Event, owner: User) -> None:
    ticket = make_ticket(event, "Mira Sandberg")
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=names]")
    page.fill("#q", "sand")
    page.get_by_role("button", name="Note on Mira Sandberg").click()
    page.fill("#note-text", "Wheelchair, lift on the left")
    page.keyboard.press("Enter")
    expect(page.locator("#guests .note")).to_have_text("Wheelchair, lift on the left")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect(page.locator("#verdict .note")).to_have_text("Wheelchair, lift on the left")
    assert GuestNote.objects.get().ticket == ticket


def test_the_chain_holds_and_says_what_happened(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    expect(page.locator("#net")).to_have_text("Offline")  # else it asks in vain first
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.context.set_offline(False)
    uploaded(page)
    said = [
        json.loads(text) for text in LogEntry.objects.order_by("seq").values_list("text", flat=True)
    ]
    assert [entry["kind"] for entry in said] == ["start", "scan"]
    assert said[1] | {"id": "", "at": 0, "offset": 0, "within": 0} == {
        "v": 1,
        "seq": 2,
        "prev": LogEntry.objects.get(seq=1).hash,
        "id": "",
        "kind": "scan",
        "at": 0,
        "offset": 0,
        "within": 0,
        "gate": None,
        "direction": "in",
        "mode": "manual",
        "code": ticket.reference,
        "by": "phone",
        "instead_of": None,
        "ticket": ticket.reference,
        "verdict": "admitted",
        "reason": "",
    }


def test_killed_while_the_server_answered_it_asks_for_the_same_answer(
    handset: Handset, event: Event, owner: User
) -> None:
    """The guest stood there and saw nothing; shown again, the code is no used one."""
    DoorSettings.objects.create(event=event, slow_after_ms=10_000)
    ticket, other = make_ticket(event), make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.route("**/checkin/scans", lambda route: route.fetch() and None, times=1)
    typed(page, ticket.reference)
    for _ in range(80):
        if Entry.objects.filter(ticket=ticket).exists():
            break
        page.wait_for_timeout(100)
    assert Entry.objects.filter(ticket=ticket).count() == 1
    page = handset.start()
    page.goto("/door/")
    expect(page.locator("#net")).to_have_text("Online")
    for reference, kind, word in [
        (ticket.reference, "yes", "Come in"),
        (ticket.reference, "twice", "Already used"),
        (other.reference, "yes", "Come in"),
    ]:
        typed(page, reference)
        expect_verdict(page, kind, word)
        go_on(page)
    uploaded(page)
    assert Entry.objects.standing().count() == 2
    assert not DeviceFlag.objects.exists()


def test_a_pairing_whose_end_was_lost_spends_its_code_once(
    handset: Handset, event: Event, owner: User
) -> None:
    page = handset.start()
    page.context.route("**/checkin/door", lambda route: route.abort(), times=1)
    page.goto(f"/door/#{pairing_code(event, owner)}")
    expect(page.locator("#pair-error")).to_have_text(
        "No answer from the server. Pairing needs the network, once."
    )
    page.press("#pair-form [name=code]", "Enter")
    expect(page.locator("#net")).to_have_text("Online")
    assert Device.objects.count() == 1


def buckets(page: Page) -> int:
    number: int = page.evaluate(
        """async () => {
            const { readAll, everything } = await import("/static/js/door/store.js");
            return (await readAll("buckets", everything)).length;
        }"""
    )
    return number


def test_a_start_pin_is_asked_for_at_every_start(
    handset: Handset, event: Event, owner: User
) -> None:
    DoorSettings.objects.create(event=event, start_pin=True)
    ticket = make_ticket(event)
    page = handset.start()
    open_with_pin(page, pairing_code(event, owner))
    page = handset.start(flight_mode=True)
    page.goto("/door/")
    expect(page.locator("#unlock-title")).to_have_text("PIN of this phone")
    page.fill("#start-pin", "123456")
    page.keyboard.press("Enter")
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")


def test_ten_wrong_pins_end_the_list_and_not_the_log(
    handset: Handset, event: Event, owner: User
) -> None:
    DoorSettings.objects.create(event=event, start_pin=True)
    ticket = make_ticket(event)
    page = handset.start()
    open_with_pin(page, pairing_code(event, owner))
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.reload()
    for left in range(9, 0, -1):
        page.fill("#start-pin", "999999")
        page.keyboard.press("Enter")
        expect(page.locator("#unlock-error")).to_have_text(f"Wrong PIN. Tries left: {left}.")
        if left == 5:
            page.reload()  # a new start gives no new tries
    page.fill("#start-pin", "999999")
    page.keyboard.press("Enter")
    expect(page.locator("#message-title")).to_have_text("List deleted")
    assert buckets(page) == 0
    page.get_by_role("button", name="Pair this phone").click()
    expect(page.locator("#before")).to_contain_text("To upload from before: 1.")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("h1:visible")).to_have_text("Pair this phone")
    expect(page.locator("#before")).to_be_hidden()
    # What it had scanned is with the organizer.
    assert Entry.objects.get().ticket == ticket


def test_a_forgotten_pin_keeps_no_log_and_no_phone(
    handset: Handset, event: Event, owner: User
) -> None:
    DoorSettings.objects.create(event=event, start_pin=True)
    ticket = make_ticket(event)
    page = handset.start()
    open_with_pin(page, pairing_code(event, owner))
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page = handset.start()
    with page.expect_response("**/checkin/log"):  # it needs no PIN
        page.goto("/door/")
    assert Entry.objects.get().ticket == ticket
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="PIN forgotten").click()
    expect(page.locator("h1:visible")).to_have_text("Pair this phone")
    open_with_pin(page, pairing_code(event, owner))
    typed(page, ticket.reference)
    expect_verdict(page, "twice", "Already used")
    assert not DeviceFlag.objects.exists()


def test_the_list_dies_with_the_event_and_the_log_does_not(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.add_init_script(
        f"{{ const real = Date.now; Date.now = () => real() + {40 * 86_400_000}; }}"
    )
    page.reload()
    expect(page.locator("#message-title")).to_have_text("The event is over")
    expect(page.locator("#message-text")).to_contain_text("To upload: 1.")
    assert buckets(page) == 0
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#message-text")).to_contain_text("To upload: 0.")
    assert Entry.objects.get().ticket == ticket


def test_what_the_browser_threw_away_is_said(handset: Handset, event: Event, owner: User) -> None:
    make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.evaluate(
        """async () => {
            const { write, everything } = await import("/static/js/door/store.js");
            await write(["keys", "meta", "log", "buckets"].map((table) => [table, everything]));
        }"""
    )
    # The page that is open counts its queue with every beat, until the very end.
    page.add_init_script("localStorage.setItem('door:paired', JSON.stringify({ at: 0, queue: 7 }))")
    page.reload()
    expect(page.locator("#before")).to_contain_text("are lost: 7.")


def test_a_stolen_snapshot_cannot_be_read_and_its_key_does_not_leave(
    handset: Handset, event: Event, owner: User
) -> None:
    """What lies in the browser's storage, as whoever copies its files has it."""
    ticket = make_ticket(event, "Mira Sandberg")
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    stored, key = page.evaluate(
        """async () => {
            const { read, readEntries, everything } = await import("/static/js/door/store.js");
            const decoder = new TextDecoder("latin1");
            const bytes = (value) => (value instanceof Uint8Array ? decoder.decode(value) : value);
            const plain = (rows) => JSON.stringify(rows, (_name, value) => bytes(value));
            const rows = [];
            for (const table of ["meta", "log", "buckets"]) {
                rows.push(plain(await readEntries(table, everything)));
            }
            const key = await read("keys", "phone");
            const exported = await crypto.subtle.exportKey("raw", key).then(() => "left", (no) => no.name);
            return [rows, exported];
        }"""
    )
    assert key == "InvalidAccessError"
    assert [len(rows) > 100 for rows in stored] == [True, True, True]
    for secret in ("Sandberg", ticket.reference, "admitted"):
        assert not any(secret in rows for rows in stored)


def test_two_windows_do_not_write_one_log(handset: Handset, event: Event, owner: User) -> None:
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    second = page.context.new_page()
    second.goto("/door/")
    expect(second.locator("#message-title")).to_have_text("Open in another window")
    second.get_by_role("button", name="Use it here").click()
    expect(second.locator("#net")).to_have_text("Online")
    expect(page.locator("#message-title")).to_have_text("Open in another window")
