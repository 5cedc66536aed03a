"""The door's page with a network, on a phone 360 px wide with a film for a camera. See tests/fake_camera.py."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils.timezone import now
from playwright.sync_api import Route, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.checkin.models import Device, Entry, LogEntry, Scan
from apps.checkin.pins import appoint
from apps.checkin.services.pair import revoke
from apps.events.models import Event
from apps.tickets import qr
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.tokens import token
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    nothing,
    open_door,
    pairing_code,
    scanned,
    typed,
    verdicts,
)
from tests.chromium import INSECURE_HOST
from tests.factories.door import make_gate, make_ticket
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DISPUTED = "die Bank der Käuferseite fordert die Zahlung zurück"


def answered(status: str) -> str:
    """What the browser itself says on the console of a refusal the story wants."""
    return f"Failed to load resource: the server responded with a status of {status}"


def code(ticket: Ticket) -> bytes:
    return qr.png(token(ticket))


def test_one_ticket_before_the_camera_is_one_scan(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    ticket, gate = make_ticket(event), make_gate(event)
    page = open_phone(code(ticket))
    open_door(page, pairing_code(event, owner, gate=gate))
    page.click("#start")
    expect_verdict(page, "yes", "Come in")
    expect(page.locator("#verdict")).to_contain_text("Mira Sandberg")
    expect(page.locator("#verdict")).to_have_attribute("role", "status")
    expect(page.locator("#verdict")).to_be_hidden()  # by itself
    page.wait_for_timeout(4000)  # the code is still there, and it is still the same scan
    expect(page.locator("#inside")).to_have_text("1")
    expect(page.locator("#queue")).to_have_text("0 to upload")
    assert verdicts() == ["admitted"]
    entry = Entry.objects.get()
    assert (entry.ticket, entry.gate, entry.device_name) == (ticket, gate, "Selin's phone")
    # What the server decided is in the phone's log as well, in its order.
    assert list(LogEntry.objects.order_by("seq").values_list("kind", flat=True)) == [
        "start",
        "scan",
    ]


def test_it_goes_on_from_one_to_the_next_without_a_touch(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    first, second = make_ticket(event, "Mira Sandberg"), make_ticket(event, "Jonas Wieland")
    page = open_phone(code(first), nothing(), code(second), nothing())
    open_door(page, pairing_code(event, owner))
    page.click("#start")
    for name in ("Mira Sandberg", "Jonas Wieland"):
        expect(page.locator("#verdict .who")).to_have_text(name)
    # Round again: both are known by now.
    expect_verdict(page, "twice", "Already used")
    expect(page.locator("#verdict .why")).to_contain_text("Went in at")
    assert verdicts()[:2] == ["admitted", "admitted"]
    assert Entry.objects.count() == 2


def test_a_typed_pairing_a_typed_code_and_undo_with_the_keyboard(
    open_phone: OpenPhone, page_errors: list[str], event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = open_phone()
    page.goto("/door/")
    page.get_by_label("Code", exact=True).fill("0000-0000")
    page.keyboard.press("Enter")
    expect(page.locator("#pair-error")).to_contain_text("This code opens no door.")
    page_errors.remove(answered("404 (Not Found)"))
    page.get_by_label("Code", exact=True).fill(pairing_code(event, owner, name="").lower())
    page.get_by_label("Name of this phone").first.fill("Ben's phone")
    page.keyboard.press("Enter")
    expect(page.locator("#net")).to_have_text("Online")
    typed(page, ticket.spoken_reference.lower())
    expect_verdict(page, "yes", "Come in")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#says")).to_have_text("Undone. The ticket opens the door again.")
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.keyboard.press("Escape")
    expect(page.locator("#verdict")).to_be_hidden()
    expect(page.locator("#queue")).to_have_text("0 to upload")
    assert verdicts() == ["admitted", "admitted"]
    assert Entry.objects.standing().count() == 1
    assert set(Scan.objects.values_list("mode", "device_name")) == {("manual", "Ben's phone")}


def test_a_photo_where_no_camera_is_allowed(
    open_phone: OpenPhone, event: Event, owner: User, tmp_path: Path
) -> None:
    ticket = make_ticket(event)
    photo, empty = tmp_path / "photo.png", tmp_path / "empty.png"
    photo.write_bytes(code(ticket))
    empty.write_bytes(nothing())
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    page.click("#start")
    expect(page.locator("#says")).to_contain_text("The camera is not allowed here.")
    page.set_input_files("#photo", empty)
    expect(page.locator("#says")).to_contain_text("No code on this photo.")
    page.set_input_files("#photo", photo)
    expect_verdict(page, "yes", "Come in")
    assert verdicts() == ["admitted"]


def test_without_web_assembly_the_plain_reader_takes_over(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    page = open_phone(code(make_ticket(event)))
    page.add_init_script("delete globalThis.WebAssembly")
    open_door(page, pairing_code(event, owner))
    page.click("#start")
    expect_verdict(page, "yes", "Come in")


def test_by_name_and_what_is_blocked(open_phone: OpenPhone, event: Event, owner: User) -> None:
    make_ticket(event, "Jörg Müller")
    block(blocked := make_ticket(event), reason="reported stolen", actor="user:1", at=now())
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=names]")
    page.fill("#q", "jorg")
    page.get_by_role("button", name="Let Jörg Müller in").click()
    expect_verdict(page, "yes", "Come in")
    go_on(page)
    scanned(page, token(blocked))
    expect_verdict(page, "no", "Blocked")
    go_on(page)
    page.click("[data-opens=names]")
    page.fill("#q", "sandberg")
    page.get_by_role("button", name="Check the ticket of Mira Sandberg").click()
    expect_verdict(page, "no", "Blocked")
    expect(page.locator("#verdict .why")).to_contain_text("reported stolen")
    expect(page.locator("#verdict")).to_have_attribute("role", "alert")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    assert verdicts() == ["admitted", "blocked", "blocked"]


def test_guests_check_in_by_themselves_until_a_supervisor_ends_it(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    appoint(event.organizer, name="Ayşe", pin="271828", at=now())
    ticket = make_ticket(event)
    page = open_phone(code(ticket))
    open_door(page, pairing_code(event, owner))
    page.click("[data-opens=more]")
    page.get_by_role("button", name="Self check-in").click()
    expect_verdict(page, "yes", "Welcome!")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(page.locator("#verdict")).to_be_hidden()  # by itself
    page.reload()  # a new start is no way out
    expect(page.get_by_role("button", name="More")).to_be_hidden()
    expect_verdict(page, "twice", "Please ask our staff")
    expect(page.locator("#verdict")).to_be_hidden()
    page.get_by_role("button", name="Staff").click()
    page.get_by_label("PIN", exact=True).last.fill("271828")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="More")).to_be_visible()
    assert list(Scan.objects.values_list("mode", flat=True).distinct()) == ["kiosk"]


def test_a_revoked_phone_forgets_and_can_be_paired_again(
    open_phone: OpenPhone, page_errors: list[str], event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    revoke(Device.objects.get(), actor="user:1", at=now())
    with page.expect_response("**/checkin/log"):  # by itself: nobody may open this page again
        page.context.set_offline(False)
    expect(page.locator("#message-title")).to_have_text("Door closed")
    page_errors.remove(answered("401 (Unauthorized)"))
    # What it scanned is with the organizer, kept aside; the tickets are gone from the phone.
    assert LogEntry.objects.filter(kind="scan", quarantined=True).count() == 1
    assert not Entry.objects.exists()
    page.get_by_role("button", name="Pair this phone").click()
    expect(page.locator("h1:visible")).to_have_text("Pair this phone")
    assert (
        page.evaluate(
            """async () => {
            const { readAll, everything } = await import("/static/js/door/store.js");
            return (await readAll("buckets", everything)).length;
        }"""
        )
        == 0
    )


def test_a_member_opens_the_door_of_an_event(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    page = open_phone()
    sign_in(page, owner)
    page.goto("/door/")  # their events, before anybody asks for a code
    page.get_by_role("link", name="Pair with a code").click()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    page.get_by_role("link", name="I have an account: choose my event").click()
    page.get_by_role("button", name=event.title).click()
    expect(page.locator("#net")).to_have_text("Online")
    assert Device.objects.get().event == event


def test_without_https_it_works_online_only_and_says_why(
    open_phone: OpenPhone,
    page_errors: list[str],
    live_server: LiveServer,
    event: Event,
    owner: User,
) -> None:
    ticket = make_ticket(event)
    page = open_phone()
    door = f"http://{INSECURE_HOST}:{urlsplit(live_server.url).port}/door/"
    page.goto(f"{door}#{pairing_code(event, owner)}")
    expect(page.locator("#age")).to_have_text("Online only")

    # The scan arrives; its answer gets lost on the way back.
    def lose(route: Route) -> None:
        route.fetch(url=route.request.url.replace(INSECURE_HOST, "localhost"))
        route.abort()

    page.route("**/checkin/scans", lose, times=1)
    typed(page, ticket.reference)
    expect_verdict(page, "none", "No answer")
    page.get_by_role("button", name="Try again").click()
    expect_verdict(page, "yes", "Come in")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    go_on(page)
    page.goto(door)
    page.click("[data-opens=more]")
    expect(page.locator("#facts")).to_contain_text("Without HTTPS")
    assert verdicts() == ["admitted"]
    assert all("Cross-Origin-Opener-Policy" in error for error in page_errors)
    page_errors.clear()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_german_in_the_sun_and_nobody_is_shut_out(
    open_phone: OpenPhone, event: Event, owner: User, in_german: None, width: int
) -> None:
    ticket = make_ticket(event, "Maximiliane Freifrau von Schreckenstein-Wolkenkuckucksheim")
    block(blocked := make_ticket(event, "Kim Berg"), reason="dispute", actor="system", at=now())
    appoint(event.organizer, name="Ayşe", pin="271828", at=now())
    gate = make_gate(event, "Künstlereingang Norderwerftstraße")
    page = open_phone(language="de")
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/door/")
    assert page.locator("html").get_attribute("lang") == "de"
    assert (serious(page), scrolls_sideways(page)) == ([], False)
    open_door(page, pairing_code(event, owner, gate=gate))
    for sun in (False, True):
        if sun:
            page.click("[data-opens=more]")
            page.get_by_label("Für helle Sonne").check()
            page.keyboard.press("Escape")
        assert (serious(page), scrolls_sideways(page)) == ([], False)
        for sheet in ("type", "names", "more"):
            page.click(f"[data-opens={sheet}]")
            assert (serious(page), scrolls_sideways(page)) == ([], False)
            page.keyboard.press("Escape")
        first = ("twice", "Schon benutzt", "") if sun else ("yes", "Komm rein", "")
        for what, kind, word, why in ((ticket, *first), (blocked, "no", "Gesperrt", DISPUTED)):
            typed(page, what.reference)
            expect_verdict(page, kind, word)
            expect(page.locator("#verdict [data-why]")).to_contain_text(why)
            assert (serious(page), scrolls_sideways(page)) == ([], False)
            go_on(page)
