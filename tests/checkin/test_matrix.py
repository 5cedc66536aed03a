"""Every door URL for everybody. A new URL fails here until it is listed with who may it."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.api.urls import api
from apps.checkin.models import Entry, Pairing
from apps.checkin.pins import appoint
from apps.checkin.services.pair import offer
from apps.events.models import Event
from tests.factories.door import make_device, make_gate, make_ticket, scanned, signed_in
from tests.factories.selling import make_event, make_member, make_organizer, make_user

pytestmark = pytest.mark.django_db

ALL = {
    *("nobody", "stranger", "other owner", "staff", "admin", "owner"),
    *("device", "device of another event", "device of others", "revoked device"),
}
TEAM = {"admin", "owner"}
MEMBERS = {"staff", *TEAM}
DOOR = {"device", *MEMBERS}
SIGNED_IN = {"stranger", "other owner", *MEMBERS}
NEVER: set[str] | None = None  # 405

# Who may GET, who may POST.
PAGES: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "index": (ALL, NEVER),
    "service_worker": (ALL, NEVER),
    "manifest": (ALL, NEVER),
    "events": (SIGNED_IN, NEVER),  # their own
    "door": (DOOR, NEVER),
    "scans": (DOOR, NEVER),
    "reversal": (NEVER, DOOR),
    "blocked": (DOOR, TEAM),
    "release": (NEVER, TEAM),
    "board": (MEMBERS, NEVER),
    "board_numbers": (MEMBERS, NEVER),
    "doubts": (MEMBERS, NEVER),
    "doubt_notes": (NEVER, TEAM),
    "taking_in": (NEVER, TEAM),
    "report": (TEAM, NEVER),
    "entries_csv": (TEAM, NEVER),
    "scans_csv": (TEAM, NEVER),
    "setup": (TEAM, NEVER),
    "settings": (TEAM, TEAM),
    "slots": (TEAM, TEAM),
    "gates": (TEAM, TEAM),
    "gate": (TEAM, TEAM),
    "gate_removal": (NEVER, TEAM),
    "supervisors": (TEAM, TEAM),
    "retirement": (NEVER, TEAM),
    "pairings": (TEAM, TEAM),
    "withdrawal": (NEVER, TEAM),
    "devices": (TEAM, MEMBERS),
    "device": (TEAM, TEAM),
    "revocation": (NEVER, TEAM),
}
# Answered by another process; tests/checkin/test_live* knock there.
ELSEWHERE = {"stream"}
# By the key in the header; whoever comes with a session is nobody.
CALLS: dict[tuple[str, str], set[str]] = {
    ("POST", "/pair"): ALL,
    ("GET", "/door"): {"device"},
    ("GET", "/tickets"): {"device"},
    ("POST", "/scans"): DOOR,  # members too, by session or token
    ("POST", "/log"): {"device", "revoked device"},
    ("POST", "/hello"): {"device"},
    ("PATCH", "/device"): {"device"},
    ("DELETE", "/device"): {"device"},
    ("GET", "/guests"): {"device"},
    ("POST", "/notes"): {"device"},
}


@dataclass
class World:
    event: Event
    others: Event
    values: dict[str, Any]


@pytest.fixture
def world(owner: User, event: Event) -> World:
    """One of everything that stands in an address."""
    ticket, device = make_ticket(event), make_device(event)[0]
    pairing = Pairing(event=event)
    offer(pairing, user=owner, at=now())
    stored = scanned(ticket)
    assert Entry.objects.filter(scan=stored).exists()
    return World(
        event,
        make_event(make_organizer("Somebody else"), at=now()),
        {
            "slug": event.slug,
            "gate_id": make_gate(event).pk,
            "device_id": device.pk,
            "pairing_id": pairing.pk,
            "supervisor_id": appoint(event.organizer, name="Jo", pin="123456", at=now()).pk,
            "scan_id": str(stored.scan_id),
            "reference": ticket.reference,
            "kind": "double",
            "subject": "1",
        },
    )


@pytest.fixture
def knockers(world: World, owner: User) -> dict[str, Client]:
    event = world.event
    return {
        "nobody": Client(headers={"sec-fetch-site": "same-origin"}),
        "stranger": signed_in(make_user()),
        "other owner": signed_in(make_member(world.others.organizer, Role.OWNER)),
        "staff": signed_in(make_member(event.organizer, Role.STAFF)),
        "admin": signed_in(make_member(event.organizer, Role.ADMIN)),
        "owner": signed_in(owner),
        "device": by_cookie(make_device(event)[1]),
        "device of another event": by_cookie(make_device(make_event(event.organizer))[1]),
        "device of others": by_cookie(make_device(world.others)[1]),
        "revoked device": by_cookie(make_device(event, revoked_at=now())[1]),
    }


def by_cookie(key: str) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.cookies["device"] = key
    return client


def pages() -> dict[str, str]:
    """Addresses by name, with <parameters>."""
    found = {}
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name == "checkin":
            for page in resolver.url_patterns:
                assert isinstance(page, URLPattern)
                found[str(page.name)] = f"/{resolver.pattern}{page.pattern}"
    return found


def test_every_page_is_listed() -> None:
    assert set(pages()) == set(PAGES) | ELSEWHERE


def calls() -> dict[tuple[str, str], Any]:
    """What the API's description says of each."""
    paths = api.get_openapi_schema()["paths"]
    return {
        (method.upper(), path.removeprefix("/api/v1/checkin")): said
        for path, methods in paths.items()
        if path.startswith("/api/v1/checkin/")
        for method, said in methods.items()
    }


def test_every_call_is_listed() -> None:
    assert set(calls()) == set(CALLS)


def test_every_call_is_described_with_its_problems() -> None:
    for call_, said in calls().items():
        assert len(said["description"]) > 20, call_
        assert {"422", "429"} <= {str(status) for status in said["responses"]}, call_
        assert said.get("security") or call_ == ("POST", "/pair"), call_


def test_who_may_open_what(world: World, knockers: dict[str, Client]) -> None:
    wrong = []
    addresses = pages()
    for name, rules in PAGES.items():
        path = re.sub(
            r"<\w+:(\w+)>", lambda found: str(world.values[str(found[1])]), addresses[name]
        )
        for method, may in zip(("GET", "POST"), rules, strict=True):
            for who, client in knockers.items():
                seen = knock(client, method, path)
                if seen != ("never" if may is None else "open" if who in may else "shut"):
                    wrong.append(f"{who} {method} {path}: {seen}")
    assert wrong == []


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Nothing stays of what is done here, neither in the database nor in the browser."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def knock(client: Client, method: str, path: str) -> str:
    with undone(client):
        answer: Any = client.generic(
            method, path, "", content_type="application/x-www-form-urlencoded"
        )
    if answer.status_code == 405:
        return "never"
    to_login = answer.status_code == 302 and "/accounts/login" in answer.headers["Location"]
    if to_login or answer.status_code in {401, 403, 404}:
        return "shut"
    assert answer.status_code < 500
    return "open"


BODIES: dict[str, Any] = {
    "/pair": {"code": "x"},
    "/scans": {"token": "x", "scan_id": str(uuid.uuid4()), "scanned_at": 1},
    "/log": {"entries": []},
    "/notes": {"ticket": "x", "text": "y"},
}


def test_who_may_call_what(world: World, knockers: dict[str, Client]) -> None:
    wrong = []
    for (method, path), may in CALLS.items():
        for who, client in knockers.items():
            with undone(client):
                status, code = call(client, method, path, gate=world.values["gate_id"])
            elsewhere = who in {"device of another event", "device of others"}  # their own door
            expected = who in may or (elsewhere and "device" in may)
            is_open = code in {"no_such_pairing", "not_found"} or status < 300
            if is_open != expected or not (is_open or status in {401, 403}):
                wrong.append(f"{who} {method} {path}: {status} {code}")
    assert wrong == []


def call(client: Client, method: str, path: str, *, gate: int) -> tuple[int, str]:
    cookie = client.cookies.get("device")
    headers = {"Authorization": f"Device {cookie.value}"} if cookie else {}
    body = BODIES.get(path, {}) if cookie else BODIES.get(path, {}) | {"gate": gate}
    answer: Any = client.generic(
        method,
        f"/api/v1/checkin{path}",
        json.dumps(body),
        content_type="application/json",
        headers=headers,
    )
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""
