"""What a paired phone asks and gets."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.checkin.describe import ms
from apps.checkin.models import Device, Entry, GuestNote, Pairing, Scan
from apps.checkin.pins import appoint
from apps.checkin.services.pair import offer
from apps.events.models import Event
from apps.tickets.models import Ticket
from tests.api.door_calls import MARCH, Phone
from tests.factories.door import make_device, make_gate, make_ticket
from tests.factories.selling import NOON, make_event, make_member, make_organizer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def phone(event: Event) -> Phone:
    return Phone(*make_device(event))


@pytest.fixture
def ticket(event: Event) -> Ticket:
    return make_ticket(event)


def code_for(event: Event, **fields: Any) -> str:
    owner = make_member(event.organizer, Role.OWNER)
    return offer(Pairing(event=event, **fields), user=owner, at=now())


def pair(code: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).post(
        "/api/v1/checkin/pair",
        json.dumps({"code": code, "name": "Jo's phone"}),
        content_type="application/json",
        headers=headers,
    )


def test_a_phone_is_paired_by_the_code_and_gets_a_key(event: Event) -> None:
    gate = make_gate(event)
    code = code_for(event, gate=gate, box_office=True)
    typed = f"{code[:4]}-{code[4:]}".lower()
    answer = pair(typed)
    device = Device.objects.get()
    assert answer.status_code == 201
    key = answer.json()["key"]
    assert answer.json() == {
        "device": device.pk,
        "key": key,
        "name": "Jo's phone",
        "gate": gate.pk,
        "box_office": True,
    }
    cookie = answer.cookies["device"]
    assert (cookie.value, cookie["path"], cookie["httponly"]) == (key, "/door/", True)
    assert Phone(device, key).get("door").status_code == 200


def test_a_code_pairs_as_many_phones_as_it_says(event: Event) -> None:
    code = code_for(event, uses_left=2)
    assert [pair(code).status_code for _ in range(3)] == [201, 201, 404]
    assert pair("NOSUCH00").json()["code"] == "no_such_pairing"
    assert Device.objects.count() == 2


def test_a_code_of_yesterday_pairs_nothing(event: Event) -> None:
    code = code_for(event)
    Pairing.objects.update(expires_at=now() - timedelta(seconds=1))
    assert pair(code).json()["code"] == "no_such_pairing"
    assert not Device.objects.exists()


def test_another_site_cannot_pair_a_phone_of_its_visitor(event: Event) -> None:
    code = code_for(event)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        refused = pair(code, Client(), **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")
    assert not Device.objects.exists()
    assert pair(code, Origin="http://testserver").status_code == 201


def test_pairing_signed_in_says_whose_phone_it_is(event: Event) -> None:
    staff = make_member(event.organizer, Role.STAFF)
    client = Client()
    client.force_login(staff)
    assert pair(code_for(event), client, **{"Sec-Fetch-Site": "same-origin"}).status_code == 201
    assert Device.objects.get().user == staff


def test_the_door_says_all_a_phone_must_know(event: Event, phone: Phone, ticket: Ticket) -> None:
    gate = make_gate(event)
    supervisor = appoint(event.organizer, name="Ida", pin="123456", at=NOON)
    door = phone.get("door").json()
    assert door["device"] == {
        "id": phone.device.pk,
        "name": "Selin's phone",
        "gate": None,
        "box_office": False,
    }
    starts = ms(event.starts_at)
    hours = 3_600_000
    assert door["event"] == {
        "id": event.pk,
        "slug": event.slug,
        "title": event.title,
        "starts_at": starts,
        "doors_at": None,
        "ends_at": starts + 3 * hours,
        "closes_at": starts + 15 * hours,
        "timezone": "Europe/Berlin",
        "language": "de",
    }
    assert door["gates"][0]["id"] == gate.pk
    assert door["variants"][0]["id"] == ticket.variant_id
    assert [key["kty"] for key in door["keys"]["keys"]] == ["EC"]
    assert (door["supervisors"][0]["id"], door["supervisors"][0]["iterations"]) == (
        supervisor.pk,
        600_000,
    )
    assert bytes(supervisor.key).hex() not in json.dumps(door)
    assert {"fact", "value", "verdict", "reason", "overrule"} == set(door["rules"][0])
    assert door["settings"]["entry_rule"] == "once"
    assert door["offline"] == ""


def test_a_device_scans_at_its_gate_and_is_on_record(phone: Phone, ticket: Ticket) -> None:
    gate = make_gate(ticket.event)
    first = phone.scan(ticket, gate=gate.pk)
    assert first.json()["verdict"] == "admitted"
    again = phone.scan(ticket, mode="kiosk")
    assert (again.json()["verdict"], again.json()["overrule"]) == ("already_used", "supervisor")
    stored = Scan.objects.earliest("pk")
    assert (stored.device, stored.gate, stored.device_name, stored.actor) == (
        phone.device,
        gate,
        "Selin's phone",
        phone.device.actor,
    )


def test_a_gate_of_another_event_is_not_there(phone: Phone, ticket: Ticket) -> None:
    elsewhere = make_gate(make_event(ticket.event.organizer))
    refused = phone.scan(ticket, gate=elsewhere.pk)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert not Scan.objects.exists()


def test_a_log_is_taken_and_answers_what_it_has(phone: Phone, ticket: Ticket) -> None:
    phone.writes("start", app="1")
    phone.admits(ticket)
    answer = phone.uploads().json()
    assert answer["head"] == 2
    assert (answer["missing"], answer["refused"], answer["quarantined"]) == ([], [], False)
    assert phone.uploads().json()["head"] == 2
    assert Entry.objects.get().ticket == ticket


def test_hello_tells_how_the_phone_is_and_who_is_inside(phone: Phone, ticket: Ticket) -> None:
    phone.scan(ticket)
    body = {"queue": 3, "data_at": MARCH, "battery": 61, "offline_since": None}
    answer = phone.post("hello", body).json()
    assert answer["counts"] == {"inside": 1, "expected": 1, "by_gate": {}}
    assert abs(answer["server_time"] - now().timestamp() * 1000) < 60_000
    phone.device.refresh_from_db()
    device = phone.device
    assert (device.queue, device.battery, device.data_at) == (3, 61, NOON)
    assert device.offline_since is None
    assert device.seen_at is not None


def test_a_phone_changes_its_name_and_its_gate(phone: Phone, event: Event) -> None:
    gate = make_gate(event)
    version = phone.post("hello", {}).json()["door_version"]
    changed = phone.call("PATCH", "device", {"gate": gate.pk, "name": " North 1 "})
    assert (changed.json()["gate"], changed.json()["name"]) == (gate.pk, "North 1")
    assert phone.post("hello", {}).json()["door_version"] != version
    assert phone.call("PATCH", "device", {"gate": None}).json()["gate"] is None
    elsewhere = make_gate(make_event(event.organizer))
    assert phone.call("PATCH", "device", {"gate": elsewhere.pk}).status_code == 404
    phone.device.refresh_from_db()
    assert (phone.device.name, phone.device.gate) == ("North 1", None)


def test_a_phone_that_logs_out_is_shut_out(phone: Phone) -> None:
    assert phone.call("DELETE", "device").status_code == 204
    phone.device.refresh_from_db()
    assert phone.device.revoked_by == phone.device.actor
    assert phone.get("door").json()["code"] == "revoked"


def test_a_guest_is_found_and_noted(phone: Phone, ticket: Ticket) -> None:
    phone.scan(ticket)
    reference = ticket.spoken_reference.lower()
    written = phone.post("notes", {"ticket": reference, "text": "Wheelchair"})
    assert (written.status_code, written.json()["text"]) == (201, "Wheelchair")
    found = phone.get("guests?q=mira").json()["guests"]
    assert [(guest["reference"], guest["note"]) for guest in found] == [
        (ticket.reference, "Wheelchair")
    ]
    assert found[0]["entries"][0][1:] == [None, None, "Selin's phone"]
    assert GuestNote.objects.get().by == phone.device.actor
    strange = make_ticket()
    missing = phone.post("notes", {"ticket": strange.reference, "text": "x"})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert phone.get(f"guests?q={strange.reference}").json() == {"guests": []}


def test_a_phone_that_is_there_costs_little(phone: Phone, django_assert_num_queries: Any) -> None:
    phone.post("hello", {})  # counts are kept for some seconds
    with django_assert_num_queries(2):
        phone.post("hello", {"queue": 1})


def test_statements_of_a_scan(phone: Phone, django_assert_max_num_queries: Any) -> None:
    """At most six, BEGIN and COMMIT (here two savepoint statements) not counted."""
    ticket = make_ticket(phone.device.event)
    for expected in ("admitted", "already_used"):
        with django_assert_max_num_queries(6 + 2):
            assert phone.scan(ticket).json()["verdict"] == expected


def test_a_scan_id_reused_for_another_code_is_no_verdict(phone: Phone) -> None:
    first, second = make_ticket(phone.device.event), make_ticket(phone.device.event)
    scan_id = phone.scan(first).json()["scan_id"]
    answer = phone.scan(second, scan_id=scan_id)
    assert (answer.status_code, "verdict" in answer.json()) == (409, False)
    assert not second.entries.exists()
