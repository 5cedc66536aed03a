"""What a phone sends, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.checkin.devices import COOKIE
from apps.checkin.models import Entry, Scan
from apps.events.models import Event
from apps.tickets.tokens import token
from tests.factories.door import make_device, make_gate, make_ticket, send_scan, signed_in

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


def test_too_many_scans_of_one_device_are_no_verdict(event: Event, owner: User) -> None:
    """Whatever it calls itself; a member says which of their phones it is."""
    phone, boss = Client(headers={"sec-fetch-site": "same-origin"}), signed_in(owner)
    device, phone.cookies[COOKIE] = make_device(event, f"phone {uuid.uuid4()}")
    names = [f"{number} {uuid.uuid4()}" for number in range(25)]
    answers = [send_scan(phone, event, device=name).status_code for name in names]
    assert answers == [200] * 20 + [429] * 5
    assert set(Scan.objects.values_list("device_name", flat=True)) == {device.name}
    answers = [send_scan(boss, event, device=names[0]).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    assert send_scan(boss, event, device=names[1]).status_code == 200


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
