"""The door page on a phone 360 px wide, with a film for a camera. See tests/fake_camera.py."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.utils.timezone import now
from PIL import Image
from playwright.sync_api import Page, Route, expect

from apps.accounts.models import User
from apps.checkin.models import Entry, Pairing, Scan
from apps.checkin.services.pair import offer
from apps.events.models import Event
from apps.tickets import qr
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.tokens import token
from tests.factories.door import make_gate, make_ticket
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code(ticket: Ticket) -> bytes:
    return qr.png(token(ticket))


def nothing() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (120, 120, 120)).save(out, "PNG")
    return out.getvalue()


def verdicts() -> list[str]:
    return list(Scan.objects.order_by("pk").values_list("verdict", flat=True))


def expect_verdict(page: Page, kind: str, word: str) -> None:
    expect(page.locator(f"#verdict[data-is={kind}]")).to_be_visible()
    expect(page.locator("#verdict h2")).to_have_text(word)


def typed(page: Page, text: str) -> None:
    page.click("[data-opens=type]")
    page.fill("#code", text)
    page.keyboard.press("Enter")


def test_one_ticket_before_the_camera_is_one_scan(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    ticket, gate = make_ticket(event), make_gate(event)
    page = open_phone(code(ticket))
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/")
    page.click("#start")
    expect_verdict(page, "yes", "Come in")
    expect(page.locator("#verdict")).to_contain_text("Mira Sandberg")
    expect(page.locator("#verdict")).to_have_attribute("role", "status")
    expect(page.locator("#verdict")).to_be_hidden()  # by itself
    page.wait_for_timeout(4000)  # the code is still there, and it is still the same scan
    expect(page.locator("#inside")).to_have_text("1")
    assert verdicts() == ["admitted"]
    entry = Entry.objects.get()
    assert (entry.ticket, entry.gate, entry.device_name) == (ticket, gate, "Ida Vogt")


def test_it_goes_on_from_one_to_the_next_without_a_touch(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    first, second = make_ticket(event, "Mira Sandberg"), make_ticket(event, "Jonas Wieland")
    page = open_phone(code(first), nothing(), code(second), nothing())
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/")
    page.click("#start")
    for name in ("Mira Sandberg", "Jonas Wieland"):
        expect(page.locator("#verdict .who")).to_have_text(name)
    # Round again: both are known by now.
    expect_verdict(page, "twice", "Already used")
    expect(page.locator("#verdict .why")).to_contain_text("Went in at")
    assert verdicts()[:2] == ["admitted", "admitted"]
    assert Entry.objects.count() == 2


def test_a_door_key_a_typed_code_and_undo_with_the_keyboard(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    secret = offer(Pairing(event=event, name="Selin's phone"), user=owner, at=now())
    page = open_phone()
    page.goto(f"/door/#{secret}")
    page.wait_for_url(f"**/door/{event.slug}/")
    assert secret not in page.url
    typed(page, ticket.spoken_reference.lower())
    expect_verdict(page, "yes", "Come in")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#says")).to_have_text("Undone. The ticket opens the door again.")
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.keyboard.press("Escape")
    expect(page.locator("#verdict")).to_be_hidden()
    assert verdicts() == ["admitted", "admitted"]
    assert Entry.objects.standing().count() == 1
    assert set(Scan.objects.values_list("mode", "device_name")) == {("manual", "Selin's phone")}


def test_a_photo_where_no_camera_is_allowed(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User, tmp_path: Path
) -> None:
    ticket = make_ticket(event)
    photo, empty = tmp_path / "photo.png", tmp_path / "empty.png"
    photo.write_bytes(code(ticket))
    empty.write_bytes(nothing())
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/")
    page.click("#start")
    expect(page.locator("#says")).to_contain_text("The camera is not allowed here.")
    page.set_input_files("#photo", empty)
    expect(page.locator("#says")).to_contain_text("No code on this photo.")
    page.set_input_files("#photo", photo)
    expect_verdict(page, "yes", "Come in")
    assert verdicts() == ["admitted"]


def test_without_web_assembly_the_plain_reader_takes_over(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    page = open_phone(code(make_ticket(event)))
    sign_in(page, owner)
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"/door/{event.slug}/")
    page.click("#start")
    expect_verdict(page, "yes", "Come in")


def test_by_name_and_what_is_blocked(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    make_ticket(event, "Jörg Müller")
    block(blocked := make_ticket(event), reason="reported stolen", actor="user:1", at=now())
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/")
    page.click("[data-opens=names]")
    page.fill("#q", "jorg")
    page.get_by_role("button", name="Let Jörg Müller in").click()
    expect_verdict(page, "yes", "Come in")
    page.click("#verdict [data-next]")
    typed(page, blocked.reference)
    expect_verdict(page, "no", "Blocked")
    expect(page.locator("#verdict .why")).to_contain_text("reported stolen")
    expect(page.locator("#verdict")).to_have_attribute("role", "alert")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    assert verdicts() == ["admitted", "blocked"]


def test_no_network_is_no_verdict_and_trying_again_is_the_same_scan(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/")
    # The scan arrives; its answer gets lost on the way back.
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/scans/", lose, times=1)
    typed(page, ticket.reference)
    expect_verdict(page, "none", "No answer")
    expect(page.locator("#net")).to_have_text("No network")
    page.get_by_role("button", name="Try again").click()
    expect_verdict(page, "yes", "Come in")
    expect(page.locator("#net")).to_have_text("Online")
    assert len(lost) == 1
    assert verdicts() == ["admitted"]


def test_german_and_nobody_is_shut_out_at_360_pixels(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User, in_german: None
) -> None:
    ticket = make_ticket(event, "Maximiliane Freifrau von Schreckenstein-Wolkenkuckucksheim")
    make_gate(event, "Künstlereingang Norderwerftstraße")
    page = open_phone(language="de")
    sign_in(page, owner)
    door = f"/door/{event.slug}/"
    page.goto(door)
    assert page.locator("html").get_attribute("lang") == "de"
    assert (serious(page), scrolls_sideways(page)) == ([], False)
    for sheet in ("type", "names", "more"):
        page.click(f"[data-opens={sheet}]")
        assert (serious(page), scrolls_sideways(page)) == ([], False)
        page.keyboard.press("Escape")
    for kind, word in (("yes", "Komm rein"), ("twice", "Schon benutzt")):
        typed(page, ticket.reference)
        expect_verdict(page, kind, word)
        assert (serious(page), scrolls_sideways(page)) == ([], False)
        page.click("#verdict [data-next]")
    for path in ("/door/", f"{door}scans/", f"{door}blocked/", f"{door}setup/"):
        page.goto(path)
        assert (serious(page), scrolls_sideways(page)) == ([], False)
    page.goto(f"{door}pairings/")
    page.fill("#id_name", "Selins Handy")
    page.click(".list form button")
    expect(page.locator("#short-code")).to_be_visible()
    assert (serious(page), scrolls_sideways(page)) == ([], False)
