"""What a phone sends, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.checkin.models import Entry, Scan
from apps.events.models import Event
from apps.tickets.tokens import token
from tests.factories.door import make_gate, make_ticket, send_scan, signed_in

pytestmark = pytest.mark.django_db


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
    assert send_scan(phone, event, **changes).status_code == 400
    assert not Scan.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '"x"', b"\xff"])
def test_what_is_no_json_object_is_no_scan(phone: Client, event: Event, body: str | bytes) -> None:
    answer = phone.post(f"/door/{event.slug}/scans/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_scan_id_reused_for_another_code_is_no_verdict(phone: Client, event: Event) -> None:
    scan_id = str(uuid.uuid4())
    send_scan(phone, event, scan_id=scan_id)
    answer = send_scan(phone, event, scan_id=scan_id, code="another")
    assert answer.status_code == 409
    assert "verdict" not in answer.json()


def test_too_many_scans_of_one_device_are_no_verdict(phone: Client, event: Event) -> None:
    device = f"phone {uuid.uuid4()}"
    answers = [send_scan(phone, event, device=device).status_code for _ in range(25)]
    assert answers == [200] * 20 + [429] * 5
    assert send_scan(phone, event, device="another").status_code == 200
    assert Scan.objects.count() == 21


def test_statements_of_a_whole_scan(
    phone: Client, event: Event, owner: User, django_assert_max_num_queries: Any
) -> None:
    """At most six, BEGIN and COMMIT (here two savepoint statements) not counted."""
    ticket, gate = make_ticket(event), make_gate(event)
    boss = signed_in(owner)
    send_scan(boss, event)
    for who in (phone, boss):
        for code in (token(ticket), token(ticket), "forged"):
            with django_assert_max_num_queries(6 + 2):
                assert send_scan(who, event, code=code, gate=gate.pk).status_code == 200
    assert Entry.objects.count() == 1
