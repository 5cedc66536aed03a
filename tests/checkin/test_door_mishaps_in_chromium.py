"""What goes wrong in a real night: phones that change hands, gates and events, and cameras that die."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.checkin.models import Device, DeviceFlag, DoorSettings, Entry, Scan
from apps.checkin.pins import appoint
from apps.checkin.services.device import change_device
from apps.checkin.services.pair import revoke
from apps.events.models import Event
from apps.tickets import qr
from apps.tickets.tokens import token
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    open_door,
    open_with_pin,
    pairing_code,
    scanned,
    typed,
    uploaded,
)
from tests.factories.door import make_gate, make_ticket
from tests.phones import Handset, OpenPhone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIN = "314159"
UNAUTHORIZED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"


def test_a_revoked_phone_shows_nobody_any_more(
    open_phone: OpenPhone, page_errors: list[str], event: Event, owner: User
) -> None:
    """A list of names is open, and a scanner goes on typing."""
    ticket = make_ticket(event, "Mira Sandberg")
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    typed(page, f"{ticket.reference[:-1]}{'0' if ticket.reference[-1] != '0' else '1'}")
    expect_verdict(page, "no", "Not valid")
    go_on(page)
    page.click("[data-opens=names]")
    page.fill("#q", "mira")
    expect(page.locator("#guests")).to_contain_text("Mira Sandberg")
    revoke(Device.objects.get(), actor="user:1", at=now())
    expect(page.locator("#message-title")).to_have_text("Door closed", timeout=20_000)
    expect(page.locator("#names")).to_be_hidden()
    page.context.set_offline(True)
    scanned(page, token(ticket))
    page.wait_for_timeout(500)
    expect(page.locator("#verdict")).to_be_hidden()
    page_errors[:] = [error for error in page_errors if error != UNAUTHORIZED]


def test_a_gate_changed_without_a_network_is_told_and_the_organizers_choice_is_followed(
    handset: Handset, event: Event, owner: User
) -> None:
    main, garden, cellar = (make_gate(event, name) for name in ("Main", "Garden", "Cellar"))
    page = handset.start()
    open_door(page, pairing_code(event, owner, gate=main))
    page.context.set_offline(True)
    expect(page.locator("#net")).to_have_text("Offline")
    page.click("[data-opens=more]")
    page.select_option("#gate", label="Garden")
    page.fill("#device", "Ben's phone")
    page.click("#more [data-closes]")
    expect(page.locator("#where")).to_contain_text("Garden")
    page = handset.start()  # killed before it could tell
    page.goto("/door/")
    uploaded(page)
    device = Device.objects.get()
    assert (device.gate, device.name) == (garden, "Ben's phone")
    device.gate = cellar
    change_device(device)
    expect(page.locator("#where")).to_contain_text("Cellar", timeout=20_000)
    typed(page, make_ticket(event).reference)
    expect_verdict(page, "yes", "Come in")
    assert Entry.objects.get().gate == cellar


def test_a_scanners_code_is_taken_whole_or_not_at_all(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    """It types the next one while the verdict on the last one still holds the camera back."""
    first, second = token(make_ticket(event)), token(make_ticket(event, "Jonas Wieland"))
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    scanned(page, first)
    expect_verdict(page, "yes", "Come in")
    page.keyboard.type(second[:20])
    page.wait_for_timeout(750)
    scanned(page, second[20:])
    expect(page.locator("#verdict .who")).to_have_text("Jonas Wieland")
    assert list(Scan.objects.values_list("verdict", flat=True)) == ["admitted", "admitted"]


def test_where_they_may_come_daily_the_list_lets_them_in_again(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    DoorSettings.objects.create(event=event, entry_rule="per_day", entries_per_day=2)
    make_ticket(event, "Mira Sandberg")
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    for kind, word in (("yes", "Come in"), ("yes", "Come in"), ("twice", "Already used")):
        page.click("[data-opens=names]")
        page.fill("#q", "mira")
        page.get_by_role("button", name="Let Mira Sandberg in").click()
        expect_verdict(page, kind, word)
        go_on(page)
    assert Entry.objects.standing().count() == 2


def test_a_phone_that_waits_for_its_pin_is_told_that_it_was_revoked(
    handset: Handset, page_errors: list[str], event: Event, owner: User
) -> None:
    DoorSettings.objects.create(event=event, start_pin=True)
    page = handset.start()
    open_with_pin(page, pairing_code(event, owner))
    handset.stop()
    revoke(Device.objects.get(), actor="user:1", at=now())
    page = handset.start()
    page.goto("/door/")
    expect(page.locator("#message-title")).to_have_text("Door closed")
    page_errors.remove(UNAUTHORIZED)


def test_self_check_in_goes_on_by_itself_after_a_crash_and_a_dead_camera(
    handset: Handset, event: Event, owner: User
) -> None:
    appoint(event.organizer, name="Ayşe", pin=PIN, at=now())
    ticket = make_ticket(event)
    page = handset.start(qr.png(token(ticket)))
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=more]")
    page.get_by_role("button", name="Self check-in").click()
    expect_verdict(page, "yes", "Welcome!")
    page = handset.start(qr.png(token(ticket)))
    page.goto("/door/")
    expect_verdict(page, "twice", "Please ask our staff")  # nobody pressed a key
    expect(page.locator("#verdict")).to_be_hidden()
    # As when another program takes the camera: no picture comes any more.
    page.evaluate(
        """() => {
            const [track] = document.querySelector("#eye video").srcObject.getTracks();
            track.stop();
            track.dispatchEvent(new Event("ended"));
        }"""
    )
    expect(page.locator("#says")).to_have_text("Please ask our staff")
    expect(page.locator("#eye")).to_have_attribute("data-is", "on", timeout=20_000)  # by itself
    assert set(Scan.objects.values_list("mode", flat=True)) == {"kiosk"}


def test_the_screen_stays_on_while_it_scans(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    """Between two guests nobody touches it, and a phone left alone goes dark."""
    page = open_phone(qr.png(token(make_ticket(event))))
    page.add_init_script(
        """const request = WakeLock.prototype.request;
        WakeLock.prototype.request = function (kind) {
            globalThis.asked = kind;
            return request.call(this, kind);
        };"""
    )
    open_door(page, pairing_code(event, owner))
    assert page.evaluate("globalThis.asked") is None
    page.click("#start")
    expect_verdict(page, "yes", "Come in")
    assert page.evaluate("globalThis.asked") == "screen"


def test_who_takes_the_door_over_takes_it_whole_and_gives_it_back_with_one_press(
    handset: Handset, event: Event, owner: User
) -> None:
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    second = page.context.new_page()
    second.goto("/door/")
    second.get_by_role("button", name="Use it here").click()
    expect(second.locator("#net")).to_have_text("Online")
    expect(page.locator("#message-title")).to_have_text("Open in another window")
    page.get_by_role("button", name="Use it here").click()
    expect(page.locator("#net")).to_have_text("Online")
    expect(second.locator("#message-title")).to_have_text("Open in another window")
    typed(page, make_ticket(event).reference)
    expect_verdict(page, "yes", "Come in")
    uploaded(page)
    assert not DeviceFlag.objects.exists()


def test_it_works_at_every_size(open_phone: OpenPhone, event: Event, owner: User) -> None:
    """Sideways, and at 200 and 400 per cent."""
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    for width, height in ((640, 360), (640, 400), (320, 256), (180, 320)):
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_role("button", name="Find a name").click(trial=True)
        page.get_by_role("button", name="Start scanning").click(trial=True)
        hidden = page.evaluate(
            """() => [...document.querySelectorAll("#scan :is(h1, button, label)")]
                .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
                .map((one) => one.textContent)"""
        )
        assert hidden == []


def test_a_phone_is_paired_by_the_picture_of_the_code(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    page = open_phone(qr.png(f"https://tickets.example/door/#{pairing_code(event, owner)}"))
    page.goto("/door/")
    page.get_by_role("button", name="Scan the code").click()
    expect(page.locator("#net")).to_have_text("Online")
    assert Device.objects.get().event == event


def test_the_language_is_switched_without_a_network(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    page.click("[data-opens=more]")
    page.get_by_role("button", name="Deutsch").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    typed(page, ticket.reference)
    expect(page.locator("#verdict[data-is=yes]")).to_be_visible()
