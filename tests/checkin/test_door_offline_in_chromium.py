"""A night without a network: what the phone decides by itself, and what the server knows afterwards."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.checkin.models import (
    DeviceFlag,
    DoorSettings,
    Entry,
    Gate,
    LogEntry,
    Scan,
    Standing,
)
from apps.checkin.pins import appoint
from apps.checkin.services.supervisors import retire
from apps.events.models import Event
from apps.tickets import keys, qr
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.states import TicketState
from apps.tickets.tokens import token
from tests.cable import Cable
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    open_door,
    pairing_code,
    scanned,
    typed,
    uploaded,
)
from tests.factories.door import make_gate, make_ticket
from tests.factories.selling import make_event
from tests.phones import Handset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIN = "314159"


def with_state(ticket: Ticket, state: TicketState) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(state=state)
    return ticket


def expired(ticket: Ticket) -> str:
    key = keys.ring().newest
    claims = jwt.decode(token(ticket), options={"verify_signature": False})
    ended = int((now() - timedelta(minutes=1)).timestamp())
    return jwt.encode(
        {**claims, "exp": ended}, key.signs, algorithm="ES256", headers={"kid": key.kid}
    )


def told(page: Page, what: str) -> None:
    expect(page.locator("#verdict")).to_contain_text(what)


def let_in(page: Page, code: str) -> None:
    scanned(page, code)
    expect_verdict(page, "yes", "Come in")
    go_on(page)


def let_in_by_name(page: Page, letters: str, key: str) -> None:
    page.click("[data-opens=names]")
    page.fill("#q", letters)
    page.get_by_role("button", name=key).click()
    expect_verdict(page, "yes", "Come in")
    go_on(page)


def test_a_night_in_a_cellar(handset: Handset, cable: Cable, event: Event, owner: User) -> None:
    """Switched off half-way, and on again where there is no network at all."""
    gate = make_gate(event)
    used, good = make_ticket(event, "Jonas Wieland"), make_ticket(event, "Mira Sandberg")
    make_ticket(event, "Jörg Müller")
    page = handset.start()
    open_door(page, pairing_code(event, owner, gate=gate))
    let_in(page, token(used))
    expect(page.locator("#queue")).to_have_text("0 to upload")
    cable.pull()
    let_in(page, token(good))

    page = handset.start(flight_mode=True)
    page.goto("/door/")
    expect(page.locator("#net")).to_have_text("Offline")
    for ticket, kind, word, why in [
        (used, "twice", "Already used", "Gate A, Selin's phone"),
        (good, "twice", "Already used", "Gate A, Selin's phone"),
        (make_ticket(event, "Nia New"), "new", "Come in", "New since this phone last heard"),
    ]:
        scanned(page, token(ticket))
        expect_verdict(page, kind, word)
        told(page, why)
        go_on(page)
    let_in_by_name(page, "jorg mu", "Let Jörg Müller in")
    assert Scan.objects.count() == 1

    cable.plug()
    page.context.set_offline(False)
    uploaded(page)
    entries = Entry.objects.order_by("at").values_list("ticket__holder_name", "standing", "gate")
    assert list(entries) == [
        (name, Standing.REGULAR, gate.pk)
        for name in ("Jonas Wieland", "Mira Sandberg", "Nia New", "Jörg Müller")
    ]
    assert not DeviceFlag.objects.exists()
    # The server has it all, and so has the phone: nobody goes in twice.
    scanned(page, token(good))
    expect_verdict(page, "twice", "Already used")


def test_what_is_refused_without_a_network(handset: Handset, event: Event, owner: User) -> None:
    DoorSettings.objects.create(event=event, unsynced="refuse")
    passed_on = with_state(make_ticket(event, "Lea Roth"), TicketState.TRANSFERRED)
    late, elsewhere = make_ticket(event, "Ole Dahl"), make_ticket(make_event(event.organizer))
    refunded = with_state(make_ticket(event, "Udo Beck"), TicketState.REFUNDED)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    for code, word, why in [
        (token(elsewhere), "Wrong event", "Nobody can overrule this."),
        (token(passed_on), "Not valid", "The new holder has a new code."),
        (token(refunded), "Refunded", "Udo Beck"),
        (f"{token(late)[:-8]}AAAAAAAA", "Not valid", "This is not one of our codes."),
        (expired(late), "Not valid", "this door has none."),
        (token(make_ticket(event)), "Not valid", "It is newer than the data of this phone."),
    ]:
        scanned(page, code)
        expect_verdict(page, "no", word)
        told(page, why)
        go_on(page)
    page.context.set_offline(False)
    uploaded(page)
    assert not Entry.objects.exists()
    assert Scan.objects.filter(decided_by="phone").count() == 6
    assert not DeviceFlag.objects.exists()


def test_a_supervisor_overrules_without_a_network(
    handset: Handset, event: Event, owner: User
) -> None:
    appoint(event.organizer, name="Ayşe", pin=PIN, at=now())
    block(ticket := make_ticket(event), reason="reported stolen", actor="user:1", at=now())
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    scanned(page, token(ticket))
    expect_verdict(page, "no", "Blocked")
    told(page, "Only a supervisor can let them in.")
    page.get_by_role("button", name="Supervisor").click()
    page.fill("#supervisor-words", "Mira showed an ID")
    for left in (4, 3):
        page.fill("#supervisor-pin", "000000")
        page.keyboard.press("Enter")
        expect(page.locator("#supervisor-error")).to_have_text(f"Wrong PIN. Tries left: {left}.")
    page.fill("#supervisor-pin", PIN)
    page.keyboard.press("Enter")
    expect_verdict(page, "yes", "Come in")
    told(page, "By Ayşe: Mira showed an ID")
    go_on(page)
    page.context.set_offline(False)
    uploaded(page)
    assert Entry.objects.get().standing == Standing.OVERRULED
    overruled = Scan.objects.get(supervisor__name="Ayşe")
    assert overruled.overrule_words == "Mira showed an ID"
    assert LogEntry.objects.filter(kind="pin_failed").count() == 2
    assert not DeviceFlag.objects.exists()


def test_who_is_no_supervisor_any_more_is_told_so(
    handset: Handset, event: Event, owner: User
) -> None:
    """Taken off by the organizer while the sheet was open; the PIN is not called wrong."""
    ayse = appoint(event.organizer, name="Ayşe", pin=PIN, at=now())
    block(ticket := make_ticket(event), reason="reported stolen", actor="user:1", at=now())
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    scanned(page, token(ticket))
    page.get_by_role("button", name="Supervisor").click()
    page.fill("#supervisor-words", "Mira showed an ID")
    retire(ayse, at=now())
    with page.expect_response("**/checkin/door"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.fill("#supervisor-pin", PIN)
    page.keyboard.press("Enter")
    expect(page.locator("#supervisor-error")).to_have_text("Not a supervisor here any more.")
    expect(page.locator("#supervisor-words")).to_have_value("Mira showed an ID")
    assert not LogEntry.objects.filter(kind="pin_failed").exists()
    assert not Entry.objects.exists()


def test_five_wrong_pins_lock_for_five_minutes_over_a_restart(
    handset: Handset, event: Event, owner: User
) -> None:
    appoint(event.organizer, name="Ayşe", pin=PIN, at=now())
    block(ticket := make_ticket(event), reason="reported stolen", actor="user:1", at=now())
    page = handset.start()
    open_door(page, pairing_code(event, owner))

    def try_pin(pin: str) -> None:
        typed(page, ticket.reference)
        page.get_by_role("button", name="Supervisor").click()
        page.fill("#supervisor-words", "please")
        page.fill("#supervisor-pin", pin)
        page.keyboard.press("Enter")

    for left in (4, 3, 2, 1, 0):
        try_pin("000000")
        expect(page.locator("#supervisor-error")).to_have_text(f"Wrong PIN. Tries left: {left}.")
        page.reload()
    try_pin(PIN)
    expect(page.locator("#supervisor-error")).to_contain_text("Too many wrong PINs.")
    page.add_init_script(f"{{ const real = Date.now; Date.now = () => real() + {5 * 60_000}; }}")
    page.reload()
    try_pin(PIN)
    expect_verdict(page, "yes", "Come in")


def test_out_and_in_again_before_the_camera(handset: Handset, event: Event, owner: User) -> None:
    """All without a network."""
    DoorSettings.objects.create(event=event, entry_rule="with_exit")
    gate = Gate.objects.create(event=event, name="Garden", direction="both")
    ticket = make_ticket(event)
    page = handset.start(qr.png(token(ticket)))
    open_door(page, pairing_code(event, owner, gate=gate))
    page.context.set_offline(True)
    page.click("#start")
    expect_verdict(page, "yes", "Come in")
    expect(page.locator("#verdict")).to_be_hidden()  # by itself
    page.get_by_role("button", name="Out").click()
    page.click("[data-opens=names]")
    page.fill("#q", "mira")
    page.get_by_role("button", name="Let Mira Sandberg out").click()
    expect_verdict(page, "out", "Goodbye")
    go_on(page)
    page.get_by_role("button", name="In", exact=True).click()
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.context.set_offline(False)
    uploaded(page)
    stays = [(entry.standing, entry.left_at is None) for entry in Entry.objects.order_by("at")]
    assert stays == [(Standing.REGULAR, False), (Standing.REGULAR, True)]
