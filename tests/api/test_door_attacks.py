"""What somebody with a stolen key, a foreign key or no key gets out of the door's API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.checkin.devices import hash_of
from apps.checkin.models import DeviceFlag, Entry, GuestNote, LogEntry, Scan
from apps.checkin.pins import appoint, proof
from apps.checkin.services.pair import revoke
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.api.door_calls import Phone
from tests.factories.door import make_device, make_gate, make_ticket
from tests.factories.selling import make_event, make_organizer

CALLS: list[tuple[str, str, Any]] = [
    ("GET", "door", None),
    ("GET", "tickets", None),
    ("POST", "scans", {"token": "x", "scan_id": str(uuid.uuid4()), "scanned_at": 1}),
    ("POST", "hello", {}),
    ("PATCH", "device", {"name": "mine"}),
    ("DELETE", "device", None),
    ("GET", "guests?q=mira", None),
    ("POST", "notes", {"ticket": "x", "text": "y"}),
]


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def phone(event: Event) -> Phone:
    return Phone(*make_device(event))


@pytest.fixture
def theirs(db: None) -> Ticket:
    """A ticket of another organizer."""
    return make_ticket(make_event(make_organizer("Somebody else"), at=now()), "Secret Guest")


def test_a_revoked_phone_uploads_its_log_and_nothing_else(event: Event, phone: Phone) -> None:
    ticket = make_ticket(event)
    revoke(phone.device, actor="user:1", at=now())
    for method, path, body in CALLS:
        answer = phone.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (401, "revoked"), path
    phone.admits(ticket)
    assert phone.uploads().json()["quarantined"] is True
    assert LogEntry.objects.get().quarantined
    assert not Entry.objects.exists()
    assert not Scan.objects.exists()
    phone.device.refresh_from_db()
    assert phone.device.name == "Selin's phone"


def test_no_key_a_wrong_key_and_the_hash_of_a_key_open_nothing(phone: Phone) -> None:
    calls = [*CALLS, ("POST", "log", {"entries": []})]
    for key in ("", "nonsense", phone.device.secret_hash, "\xff", "x" * 4000):
        for method, path, body in calls:
            answer = Phone(phone.device, key).call(method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_the_cookie_of_the_pages_does_not_open_the_api(phone: Phone) -> None:
    """Else another site could make a phone's browser call it."""
    client = Client()
    client.cookies["device"] = phone.key
    for path in ("door", "tickets", "guests?q=mira"):
        assert client.get(f"/api/v1/checkin/{path}").status_code == 401


def test_a_key_is_no_key_of_a_program(phone: Phone) -> None:
    headers = {"Authorization": f"Bearer {phone.key}"}
    assert Client().get("/api/v1/events", headers=headers).status_code == 401


def test_a_phone_sees_nothing_of_another_organizer(phone: Phone, theirs: Ticket) -> None:
    gate = make_gate(theirs.event)
    appoint(theirs.event.organizer, name="Their supervisor", pin="123456", at=now())
    for said in (
        phone.get("door"),
        phone.get("tickets"),
        phone.get("guests?q=secret"),
        phone.get(f"guests?q={theirs.reference}"),
        phone.scan(theirs, token=theirs.reference),
    ):
        text = said.content.decode()
        assert "Secret Guest" not in text
        assert "Their supervisor" not in text
        assert theirs.event.title not in text.replace(phone.device.event.title, "")
    assert phone.scan(theirs).json()["verdict"] == "wrong_event"
    assert phone.scan(theirs, token=theirs.reference).json()["verdict"] == "not_valid"
    note = phone.post("notes", {"ticket": theirs.reference, "text": "x"})
    assert note.status_code == 404
    for path, body in (
        ("device", {"gate": gate.pk}),
        ("scans", {**CALLS[2][2], "gate": gate.pk}),
    ):
        method = "PATCH" if path == "device" else "POST"
        assert phone.call(method, path, body).status_code == 404
    assert not Entry.objects.exists()
    assert not GuestNote.objects.exists()
    assert not Scan.objects.filter(ticket__isnull=False).exists()


def test_a_log_cannot_admit_another_organizers_ticket(phone: Phone, theirs: Ticket) -> None:
    phone.admits(theirs)
    phone.admits(theirs, code=theirs.reference)
    supervisor = appoint(theirs.event.organizer, name="Theirs", pin="123456", at=now())
    phone.writes(
        "override",
        of=str(uuid.uuid4()),
        ticket=theirs.reference,
        supervisor=supervisor.pk,
        words="let me",
        proof="0" * 64,
    )
    assert phone.uploads().status_code == 200
    assert not Entry.objects.exists()
    assert not Scan.objects.filter(ticket__isnull=False).exists()
    assert not Scan.objects.filter(supervisor__isnull=False).exists()


def test_a_log_sent_again_changes_nothing(event: Event, phone: Phone) -> None:
    phone.writes("start", app="1")
    phone.admits(make_ticket(event))
    first = phone.uploads().json()
    for _ in range(3):
        again = phone.uploads().json()
        assert {**again, "server_time": 0} == {**first, "server_time": 0}
    assert (Entry.objects.count(), Scan.objects.count(), LogEntry.objects.count()) == (1, 1, 2)


def test_an_altered_entry_is_refused_and_marked(event: Event, phone: Phone) -> None:
    ticket, other = make_ticket(event), make_ticket(event)
    phone.admits(ticket)
    phone.uploads()
    altered = phone.log[0].replace(ticket.reference, other.reference)
    answer = phone.uploads(altered).json()
    assert answer["refused"] == [{"seq": 1, "why": "fork"}]
    assert Entry.objects.get().ticket == ticket
    assert DeviceFlag.objects.get().flaw == "fork"


def test_another_phones_entry_is_not_taken_over(event: Event, phone: Phone) -> None:
    """A log brought with another key is that other phone's word: it takes nothing away, and shows."""
    ticket = make_ticket(event)
    other = Phone(*make_device(event, "Other"))
    phone.admits(ticket)
    phone.uploads()
    other.log = phone.log
    assert other.uploads().status_code == 200
    told = Entry.objects.order_by("pk").values_list("device", "standing")
    assert list(told) == [(phone.device.pk, "regular"), (other.device.pk, "double")]


def test_a_forged_code_in_a_log_admits_nobody(event: Event, phone: Phone) -> None:
    ticket = make_ticket(event)
    header, payload, _signature = token(ticket).split(".")
    phone.admits(ticket, code=f"{header}.{payload}.{'A' * 86}")
    phone.admits(ticket, code="hello")
    phone.uploads()
    assert not Entry.objects.exists()
    assert set(Scan.objects.values_list("doubt", flat=True)) == {"forged"}


def test_an_override_without_the_pin_is_marked(event: Event, phone: Phone) -> None:
    ticket = make_ticket(event)
    supervisor = appoint(event.organizer, name="Ida", pin="123456", at=now())
    said: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "of": str(uuid.uuid4()),
        "ticket": ticket.reference,
        "supervisor": supervisor.pk,
        "words": "I know them",
    }
    # What a phone holds, the check, is not enough to prove it.
    guessed = proof(
        hash_of("x").encode()[:32],
        entry_id=said["id"],
        of=said["of"],
        ticket=said["ticket"],
        supervisor_id=supervisor.pk,
    )
    phone.writes("override", **said, proof=guessed)
    phone.uploads()
    assert "unproven" in DeviceFlag.objects.values_list("flaw", flat=True)


def test_a_phone_that_calls_too_often_is_told_to_wait(phone: Phone, event: Event) -> None:
    ticket = make_ticket(event)
    answers = [phone.scan(ticket) for _ in range(12)]
    refused = [a for a in answers if a.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "rate_limited"
    assert refused[0].headers["Retry-After"] == "1"
    assert "verdict" not in refused[0].json()
    # Of this phone only.
    assert Phone(*make_device(event)).scan(ticket).status_code == 200
