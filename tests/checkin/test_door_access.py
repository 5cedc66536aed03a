"""Who may open which door."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.models import Device, Gate, Pairing, Scan
from apps.events.models import Event
from apps.tickets.tokens import token
from tests.factories.door import make_device, make_gate, make_ticket, send_scan, signed_in
from tests.factories.selling import make_event, make_member, make_organizer

pytestmark = pytest.mark.django_db


def test_a_key_opens_the_door_of_its_event_and_no_other(phone: Client, event: Event) -> None:
    other = make_event(event.organizer, at=now())
    assert phone.get(f"/door/{event.slug}/").headers["Location"] == "/door/"
    assert phone.get(f"/door/{other.slug}/").headers["Location"].startswith("/accounts/login/")
    assert send_scan(phone, other).status_code == 403
    assert not Scan.objects.exists()


def test_a_key_scans_and_is_named_in_the_record(phone: Client, event: Event) -> None:
    ticket, gate = make_ticket(event), make_gate(event)
    answer = send_scan(phone, event, code=token(ticket), gate=gate.pk)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "admitted")
    stored = Scan.objects.get()
    assert answer.content.decode() == stored.answer
    assert (stored.actor, stored.gate, stored.device, stored.device_name) == (
        f"device:{Device.objects.get().pk}",
        gate,
        Device.objects.get(),
        "Selin's phone",
    )


def test_a_revoked_key_opens_nothing(phone: Client, event: Event, owner: User) -> None:
    key = Device.objects.get()
    boss = signed_in(owner)
    boss.post(f"/door/{event.slug}/devices/{key.pk}/revocation/")
    assert send_scan(phone, event).status_code == 403
    assert phone.get(f"/door/{event.slug}/scans/").status_code == 403
    assert not Scan.objects.exists()


def test_a_forged_cookie_opens_nothing(client: Client, event: Event) -> None:
    device, _secret = make_device(event)
    client.cookies["device"] = device.secret_hash
    assert send_scan(client, event).status_code == 403


def test_staff_scan_but_do_not_manage(event: Event) -> None:
    staff = make_member(event.organizer, Role.STAFF)
    client = signed_in(staff)
    ticket = make_ticket(event)
    assert event.title in client.get("/door/events/").content.decode()
    assert send_scan(client, event, code=token(ticket)).json()["verdict"] == "admitted"
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
        "scans/",
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


def test_a_gate_of_another_event_is_refused(phone: Client, event: Event) -> None:
    elsewhere = make_gate(make_event(event.organizer))
    assert send_scan(phone, event, gate=elsewhere.pk).status_code == 403
    assert not Scan.objects.exists()


def test_a_form_from_another_site_is_refused(phone: Client, event: Event) -> None:
    answer = phone.post(
        f"/door/{event.slug}/scans/",
        "{}",
        content_type="application/json",
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


def test_the_list_of_doors_ends_with_the_night(owner: User) -> None:
    over = make_event(
        owner.memberships.get().organizer, at=now() - timedelta(days=12), title="Gone"
    )
    client = signed_in(owner)
    assert over.title not in client.get("/door/events/").content.decode()
