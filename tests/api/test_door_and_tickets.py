"""Scans and blocks over the API: who may, and what is answered."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.accounts.services.api_keys import create_api_key
from apps.checkin.models import Gate
from apps.tickets.models import Ticket
from apps.tickets.services.issue import TicketWish, issue
from apps.tickets.tokens import token
from tests.factories.selling import make_event, make_member, make_organizer, make_variant


@pytest.fixture
def ticket(db: None) -> Ticket:
    event = make_event(make_organizer(), at=now(), starts_at=now())
    variant = make_variant(event)
    return issue(event=event, wanted=[TicketWish(variant, "Ada Byron")], at=now())[0]


def key_of(ticket: Ticket, role: Role) -> dict[str, str]:
    organizer = ticket.event.organizer
    owner = make_member(organizer, Role.OWNER)
    _key, secret = create_api_key(organizer, name=f"door {role}", role=role, by=owner, at=now())
    return {"Authorization": f"Bearer {secret}"}


def send(path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    text = json.dumps(body)
    return Client().post(f"/api/v1{path}", text, content_type="application/json", headers=headers)


def scan(ticket: Ticket, headers: dict[str, str], **changes: Any) -> Any:
    gate, _made = Gate.objects.get_or_create(event=ticket.event, name="A")
    body = {
        "token": token(ticket),
        "gate": gate.pk,
        "scan_id": str(uuid.uuid4()),
        "scanned_at": now().isoformat(),
        "device": "phone 1",
    }
    return send("/checkin/scans", body | changes, headers)


def test_a_door_key_admits_once_and_repeats_its_answer(ticket: Ticket) -> None:
    staff, scan_id = key_of(ticket, Role.STAFF), str(uuid.uuid4())
    code = token(ticket)
    first = scan(ticket, staff, scan_id=scan_id, token=code)
    assert (first.status_code, first.json()["verdict"]) == (200, "admitted")
    assert scan(ticket, staff, scan_id=scan_id, token=code).content == first.content
    assert scan(ticket, staff).json()["verdict"] == "already_used"


def test_a_rate_that_is_too_high_is_never_a_verdict(ticket: Ticket) -> None:
    staff = key_of(ticket, Role.STAFF)
    answers = [scan(ticket, staff, device="hasty") for _ in range(12)]
    refused = [a for a in answers if a.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "rate_limited"
    assert "verdict" not in refused[0].json()


def test_nobody_and_strangers_do_not_scan(ticket: Ticket) -> None:
    assert scan(ticket, {}).status_code == 401
    stranger = make_organizer("Other")
    owner = make_member(stranger, Role.OWNER)
    _key, secret = create_api_key(stranger, name="x", role=Role.OWNER, by=owner, at=now())
    refused = scan(ticket, {"Authorization": f"Bearer {secret}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert ticket.scans.count() == 0


def test_blocking_needs_more_than_a_door_key(ticket: Ticket) -> None:
    path, body = f"/tickets/{ticket.reference}/block", {"reason": "stolen"}
    assert send(path, body, key_of(ticket, Role.STAFF)).status_code == 403
    admin = key_of(ticket, Role.ADMIN)
    assert send(path, body, admin).json() == {"reference": ticket.reference, "status": "blocked"}
    again = send(path, body, admin)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert scan(ticket, admin).json()["verdict"] == "blocked"
    unblocked = send(f"/tickets/{ticket.reference}/unblock", {"reason": "found"}, admin)
    assert unblocked.json()["status"] == "valid"
