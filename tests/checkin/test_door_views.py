"""Door pages over HTTP: who may open them, what they show, what a scan answers."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.models import DoorKey, Entry, Gate, Scan
from apps.checkin.models.door_key import cut_key
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.states import TicketState
from apps.tickets.tokens import token
from tests.factories.door import make_gate, make_ticket
from tests.factories.selling import make_event, make_member, make_organizer

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def owner(event: Event) -> User:
    return make_member(event.organizer, Role.OWNER, name="Ida Vogt")


@pytest.fixture
def client() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def phone(event: Event, owner: User) -> Client:
    """Opened with a door key, no account."""
    phone = Client(headers={"sec-fetch-site": "same-origin"})
    _key, secret = cut_key(event, "Selin's phone", user=owner, at=now())
    answer = phone.post("/door/", {"key": f"https://shop.example/door/#{secret}"})
    assert answer.headers["Location"] == f"/door/{event.slug}/"
    return phone


def sign_in(client: Client, user: User) -> None:
    client.force_login(user, backend=BACKEND)


def send(client: Client, event: Event, **changes: Any) -> Any:
    body = {
        "code": "hello",
        "scan_id": str(uuid.uuid4()),
        "scanned_at": "2026-03-11T11:00:00.000Z",
        "gate": None,
        "device": "phone 1",
        "mode": "door",
    }
    return client.post(
        f"/door/{event.slug}/scans/", json.dumps(body | changes), content_type="application/json"
    )


def test_a_key_opens_the_door_of_its_event_and_no_other(phone: Client, event: Event) -> None:
    other = make_event(event.organizer, at=now())
    assert phone.get(f"/door/{event.slug}/").status_code == 200
    assert phone.get(f"/door/{other.slug}/").status_code == 302  # to the sign-in page
    assert send(phone, other).status_code == 403
    assert not Scan.objects.exists()


def test_a_key_scans_and_is_named_in_the_record(phone: Client, event: Event) -> None:
    ticket, gate = make_ticket(event), make_gate(event)
    answer = send(phone, event, code=token(ticket), gate=gate.pk)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "admitted")
    stored = Scan.objects.get()
    assert answer.content.decode() == stored.answer
    assert (stored.actor, stored.gate, stored.device) == (
        f"door_key:{DoorKey.objects.get().pk}",
        gate,
        "phone 1",
    )


def test_a_revoked_key_opens_nothing(phone: Client, event: Event, owner: User) -> None:
    key = DoorKey.objects.get()
    boss = Client(headers={"sec-fetch-site": "same-origin"})
    sign_in(boss, owner)
    boss.post(f"/door/{event.slug}/keys/{key.pk}/revocation/")
    assert send(phone, event).status_code == 403
    assert phone.get(f"/door/{event.slug}/counts/").status_code == 403
    assert not Scan.objects.exists()


@pytest.mark.parametrize("key", ["", "nonsense", "#"])
def test_a_wrong_key_is_told_so(client: Client, key: str) -> None:
    answer = client.post("/door/", {"key": key})
    assert answer.status_code == 404
    assert "This key opens no door." in answer.content.decode()
    assert not answer.cookies


def test_a_forged_cookie_opens_nothing(client: Client, event: Event, owner: User) -> None:
    key, _secret = cut_key(event, "Selin's phone", user=owner, at=now())
    client.cookies["door"] = str(key.pk)
    assert send(client, event).status_code == 403


def test_leaving_forgets_the_key(phone: Client, event: Event) -> None:
    phone.post(f"/door/{event.slug}/departure/")
    assert send(phone, event).status_code == 403


def test_staff_scan_but_do_not_manage(client: Client, event: Event) -> None:
    staff = make_member(event.organizer, Role.STAFF)
    sign_in(client, staff)
    ticket = make_ticket(event)
    assert event.title in client.get("/door/").content.decode()
    assert send(client, event, code=token(ticket)).json()["verdict"] == "admitted"
    assert client.get(f"/door/{event.slug}/blocked/").status_code == 200
    for path, body in [
        ("blocked/", {"reference": ticket.reference, "reason": "no"}),
        (f"blocked/{ticket.reference}/release/", {}),
        ("gates/", {"name": "Gate Z"}),
        ("keys/", {"name": "mine"}),
    ]:
        assert client.post(f"/door/{event.slug}/{path}", body).status_code == 403
    assert client.get(f"/door/{event.slug}/setup/").status_code == 403
    ticket.refresh_from_db()
    assert (ticket.state, Gate.objects.count(), DoorKey.objects.count()) == ("valid", 0, 0)


def test_somebody_elses_team_finds_every_page_shut(client: Client, event: Event) -> None:
    stranger = make_member(make_organizer("Somebody else"), Role.OWNER)
    sign_in(client, stranger)
    gate = make_gate(event)
    for path in ("", "counts/", "guests/?q=mira", "scans/", "blocked/", "setup/"):
        assert client.get(f"/door/{event.slug}/{path}").status_code == 403
    for path in (
        "scans/",
        f"entries/{uuid.uuid4()}/reversal/",
        "blocked/",
        "blocked/ABC/release/",
        "gates/",
        f"gates/{gate.pk}/removal/",
        "keys/",
        "keys/1/revocation/",
    ):
        assert client.post(f"/door/{event.slug}/{path}").status_code == 403
    assert event.title not in client.get("/door/").content.decode()


def test_a_gate_of_another_event_is_refused(phone: Client, event: Event) -> None:
    elsewhere = make_gate(make_event(event.organizer))
    assert send(phone, event, gate=elsewhere.pk).status_code == 403
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": ""},
        {"code": "x" * 5000},
        {"code": "\x00"},
        {"scan_id": "7"},
        {"scan_id": None},
        {"scanned_at": "yesterday"},
        {"mode": "window"},
        {"device": "x" * 61},
        {"device": "\x00"},
        {"gate": "north"},
    ],
)
def test_what_is_malformed_is_no_scan(phone: Client, event: Event, changes: dict[str, Any]) -> None:
    assert send(phone, event, **changes).status_code == 400
    assert not Scan.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '"x"', b"\xff"])
def test_what_is_no_json_object_is_no_scan(phone: Client, event: Event, body: str | bytes) -> None:
    answer = phone.post(f"/door/{event.slug}/scans/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_scan_id_reused_for_another_code_is_no_verdict(phone: Client, event: Event) -> None:
    scan_id = str(uuid.uuid4())
    send(phone, event, scan_id=scan_id)
    answer = send(phone, event, scan_id=scan_id, code="another")
    assert answer.status_code == 409
    assert "verdict" not in answer.json()


def test_too_many_scans_of_one_device_are_no_verdict(phone: Client, event: Event) -> None:
    device = f"phone {uuid.uuid4()}"
    answers = [send(phone, event, device=device).status_code for _ in range(25)]
    assert answers == [200] * 20 + [429] * 5
    assert send(phone, event, device="another").status_code == 200
    assert Scan.objects.count() == 21


def test_a_form_from_another_site_is_refused(phone: Client, event: Event) -> None:
    answer = phone.post(
        f"/door/{event.slug}/scans/",
        "{}",
        content_type="application/json",
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_only_the_door_page_may_run_web_assembly(phone: Client, event: Event) -> None:
    policy = phone.get(f"/door/{event.slug}/").headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    history = phone.get(f"/door/{event.slug}/scans/").headers["Content-Security-Policy"]
    assert "wasm" not in history


def test_counts(phone: Client, event: Event) -> None:
    gate, tickets = make_gate(event), [make_ticket(event) for _ in range(4)]
    Ticket.objects.filter(pk=tickets[3].pk).update(state=TicketState.REFUNDED)
    send(phone, event, code=token(tickets[0]), gate=gate.pk)
    send(phone, event, code=token(tickets[1]))
    assert phone.get(f"/door/{event.slug}/counts/").json() == {
        "inside": 2,
        "expected": 3,
        "by_gate": {str(gate.pk): 1},
    }


def test_an_entry_is_undone_once(phone: Client, event: Event) -> None:
    answer = send(phone, event, code=token(make_ticket(event))).json()
    undo = f"/door/{event.slug}/entries/{answer['scan_id']}/reversal/"
    assert phone.post(undo).status_code == 200
    assert phone.post(undo).status_code == 409
    assert phone.get(f"/door/{event.slug}/counts/").json()["inside"] == 0
    assert not Entry.objects.standing().exists()
    assert "Undone at" in phone.get(f"/door/{event.slug}/scans/").content.decode()


def test_another_events_entry_cannot_be_undone(phone: Client, event: Event, owner: User) -> None:
    other = make_event(event.organizer, at=now())
    sign_in(boss := Client(headers={"sec-fetch-site": "same-origin"}), owner)
    answer = send(boss, other, code=token(make_ticket(other))).json()
    undo = f"/door/{event.slug}/entries/{answer['scan_id']}/reversal/"
    assert phone.post(undo).status_code == 404
    assert Entry.objects.standing().count() == 1


def test_the_history_shows_refusals_and_can_show_nothing_else(phone: Client, event: Event) -> None:
    ticket = make_ticket(event)
    send(phone, event, code=token(ticket))
    send(phone, event, code="forged")
    everything = phone.get(f"/door/{event.slug}/scans/").content.decode()
    assert "Mira Sandberg" in everything
    assert "Not valid" in everything
    refused = phone.get(f"/door/{event.slug}/scans/?only=refused").content.decode()
    assert "Mira Sandberg" not in refused
    assert "Not valid" in refused


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sand", ["Mira Sandberg"]),
        ("müller", ["Jörg Müller"]),
        ("jorg mull", ["Jörg Müller"]),
        ("MIRA", ["Mira Sandberg"]),
        ("m", []),
        ("", []),
        ("nobody", []),
        ("%", []),
        ("nobody@example.org", []),
    ],
)
def test_guests_are_found_by_part_of_a_name_with_or_without_accents(
    phone: Client, event: Event, typed: str, found: list[str]
) -> None:
    for name in ("Mira Sandberg", "Jörg Müller"):
        make_ticket(event, name)
    make_ticket(make_event(event.organizer), "Mira Elsewhere")
    page = phone.get(f"/door/{event.slug}/guests/", {"q": typed}).content.decode()
    names = ("Mira Sandberg", "Jörg Müller", "Mira Elsewhere")
    assert [name for name in names if name in page] == found


def test_guests_are_found_by_reference_and_show_how_they_stand(phone: Client, event: Event) -> None:
    ticket = make_ticket(event)
    typed = {"q": ticket.spoken_reference[:6].lower()}
    guests = f"/door/{event.slug}/guests/"
    assert f'data-admit="{ticket.reference}"' in phone.get(guests, typed).content.decode()
    send(phone, event, code=ticket.reference, mode="manual")
    page = phone.get(guests, typed).content.decode()
    assert "In since" in page
    assert "data-admit" not in page


def test_blocking_and_releasing(client: Client, event: Event, owner: User) -> None:
    ticket = make_ticket(event)
    sign_in(client, owner)
    blocked = f"/door/{event.slug}/blocked/"
    client.post(blocked, {"reference": ticket.spoken_reference, "reason": "stolen"})
    page = client.get(blocked).content.decode()
    assert "Mira Sandberg" in page
    assert "stolen" in page
    assert send(client, event, code=token(ticket)).json()["verdict"] == "blocked"
    client.post(f"{blocked}{ticket.reference}/release/")
    assert send(client, event, code=token(ticket)).json()["verdict"] == "admitted"


@pytest.mark.parametrize("reference", ["", "000000000000"])
def test_blocking_what_is_not_there_is_told_at_the_field(
    client: Client, event: Event, owner: User, reference: str
) -> None:
    sign_in(client, owner)
    answer = client.post(f"/door/{event.slug}/blocked/", {"reference": reference, "reason": "x"})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


def test_a_blocked_ticket_cannot_be_blocked_again(
    client: Client, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    block(ticket, reason="stolen", actor="user:1", at=now())
    sign_in(client, owner)
    body = {"reference": ticket.reference, "reason": "again"}
    assert client.post(f"/door/{event.slug}/blocked/", body).status_code == 422


def test_gates_are_added_and_removed_until_somebody_was_scanned_there(
    client: Client, event: Event, owner: User
) -> None:
    sign_in(client, owner)
    gates = f"/door/{event.slug}/gates/"
    assert client.post(gates, {"name": "North"}).status_code == 302
    assert client.post(gates, {"name": "South"}).status_code == 302
    assert client.post(gates, {"name": "North"}).status_code == 422
    north, south = Gate.objects.order_by("name")
    send(client, event, gate=north.pk)
    for gate in (north, south):
        client.post(f"{gates}{gate.pk}/removal/")
    assert list(Gate.objects.all()) == [north]


def test_a_new_key_is_shown_once_and_stored_as_a_hash(
    client: Client, event: Event, owner: User
) -> None:
    sign_in(client, owner)
    page = client.post(f"/door/{event.slug}/keys/", {"name": "Jo"}).content.decode()
    secret = page.split("/door/#")[1].split('"')[0]
    assert len(secret) == 32
    key = DoorKey.objects.get()
    assert key.secret_hash != secret
    assert (key.created_by, key.event) == (owner, event)
    assert secret not in client.get(f"/door/{event.slug}/setup/").content.decode()
    assert DoorKey.objects.opened_by(secret).get() == key


def test_the_list_of_doors_ends_with_the_night(client: Client, owner: User) -> None:
    over = make_event(
        owner.memberships.get().organizer, at=now() - timedelta(days=12), title="Gone"
    )
    sign_in(client, owner)
    assert over.title not in client.get("/door/").content.decode()


def test_statements_of_a_whole_scan(
    phone: Client, event: Event, owner: User, django_assert_max_num_queries: Any
) -> None:
    """At most six, BEGIN and COMMIT (here two savepoint statements) not counted."""
    ticket, gate = make_ticket(event), make_gate(event)
    sign_in(boss := Client(headers={"sec-fetch-site": "same-origin"}), owner)
    send(boss, event)
    for who in (phone, boss):
        for code in (token(ticket), token(ticket), "forged"):
            with django_assert_max_num_queries(6 + 2):
                assert send(who, event, code=code, gate=gate.pk).status_code == 200
    assert Entry.objects.count() == 1
