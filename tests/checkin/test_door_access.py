"""Who may open which door."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.models import Device, Gate, Pairing
from apps.events.models import Event
from tests.factories.door import make_device, make_gate, make_ticket, signed_in
from tests.factories.selling import make_event, make_member, make_organizer

pytestmark = pytest.mark.django_db


def test_a_key_opens_the_door_of_its_event_and_no_other(phone: Client, event: Event) -> None:
    other = make_event(event.organizer, at=now())
    assert phone.get(f"/door/{event.slug}/").headers["Location"] == "/door/"
    assert phone.get(f"/door/{other.slug}/").headers["Location"].startswith("/accounts/login/")
    assert phone.get(f"/door/{other.slug}/scans/").status_code == 403


def test_a_revoked_key_opens_nothing(phone: Client, event: Event, owner: User) -> None:
    key = Device.objects.get()
    boss = signed_in(owner)
    boss.post(f"/door/{event.slug}/devices/{key.pk}/revocation/")
    assert phone.get(f"/door/{event.slug}/scans/").status_code == 403


def test_a_forged_cookie_opens_nothing(client: Client, event: Event) -> None:
    device, _secret = make_device(event)
    client.cookies["device"] = device.secret_hash
    assert client.get(f"/door/{event.slug}/scans/").status_code == 403


def test_staff_scan_but_do_not_manage(event: Event) -> None:
    staff = make_member(event.organizer, Role.STAFF)
    client = signed_in(staff)
    ticket = make_ticket(event)
    assert event.title in client.get("/door/events/").content.decode()
    assert client.get(f"/door/{event.slug}/blocked/").status_code == 200
    for path, body in [
        ("blocked/", {"reference": ticket.reference, "reason": "no"}),
        (f"blocked/{ticket.reference}/release/", {}),
        ("gates/", {"name": "Gate Z", "direction": "in"}),
        ("pairings/", {"name": "mine", "uses_left": 1}),
    ]:
        assert client.post(f"/door/{event.slug}/{path}", body).status_code == 403
    assert client.get(f"/door/{event.slug}/setup/").status_code == 403
    ticket.refresh_from_db()
    assert (ticket.state, Gate.objects.count(), Pairing.objects.count()) == ("valid", 0, 0)


def test_somebody_elses_team_finds_every_page_shut(event: Event) -> None:
    stranger = make_member(make_organizer("Somebody else"), Role.OWNER)
    client = signed_in(stranger)
    gate = make_gate(event)
    for path in ("", "scans/", "blocked/", "setup/"):
        assert client.get(f"/door/{event.slug}/{path}").status_code == 403
    for path in (
        f"entries/{uuid.uuid4()}/reversal/",
        "blocked/",
        "blocked/ABC/release/",
        "gates/",
        f"gates/{gate.pk}/removal/",
        "pairings/",
        "devices/",
        "devices/1/revocation/",
    ):
        assert client.post(f"/door/{event.slug}/{path}").status_code == 403
    assert event.title not in client.get("/door/events/").content.decode()


def test_a_form_from_another_site_is_refused(phone: Client, event: Event) -> None:
    answer = phone.post(
        f"/door/{event.slug}/entries/{uuid.uuid4()}/reversal/",
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_only_the_door_page_may_run_web_assembly(phone: Client, event: Event) -> None:
    policy = phone.get("/door/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    history = phone.get(f"/door/{event.slug}/scans/").headers["Content-Security-Policy"]
    assert "wasm" not in history


def test_the_page_of_the_door_hears_how_many_doors_are_theirs(event: Event, client: Client) -> None:
    """Zero, or no number at all, and it asks for a code."""
    staff = signed_in(make_member(event.organizer, Role.STAFF))
    stranger = signed_in(make_member(make_organizer("Somebody else"), Role.OWNER))
    told = [who.head("/door/events/").headers.get("Events-Ahead") for who in (staff, stranger)]
    assert told == ["1", "0"]
    assert (nobody := client.head("/door/events/")).status_code == 302
    assert "Events-Ahead" not in nobody.headers


def test_the_list_of_doors_ends_with_the_night(owner: User) -> None:
    over = make_event(
        owner.memberships.get().organizer, at=now() - timedelta(days=12), title="Gone"
    )
    client = signed_in(owner)
    assert over.title not in client.get("/door/events/").content.decode()
