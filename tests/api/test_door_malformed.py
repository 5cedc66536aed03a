"""Whatever is sent to the door's API, it is answered or refused by name, never by accident."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils.timezone import now

from apps.checkin.models import Device, LogEntry
from apps.events.models import Event
from tests.api.door_calls import Phone
from tests.factories.door import make_device, make_ticket
from tests.factories.selling import make_event, make_organizer


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def phone(event: Event) -> Phone:
    return Phone(*make_device(event))


ENDLESS = [
    '{"v":1,"seq":' + "9" * 5000 + "}",
    '{"v":1,"seq":99999999999}',
    '{"v":1,"seq":-1}',
    '{"v":1,"seq":1e400}',
    '{"v":1,"seq":1,"at":1e400}',
    "[" * 3000,
    "",
    "null",
    "\x00",
    "x" * 5000,
]


def test_endless_numbers_and_nonsense_in_a_log_are_kept_aside(event: Event, phone: Phone) -> None:
    for text in ENDLESS:
        answer = phone.uploads(text)
        assert answer.status_code == 200, text[:40]
    ticket = make_ticket(event)
    far = {"at": 2**42, "offset": 2**42}
    for changes in (
        {"seq": 2**31 - 1},
        far,
        {"at": 0, "offset": -(2**42)},
        {"within": 7 * 86_400_000},
    ):
        phone.admits(ticket, **changes)
    assert phone.uploads().status_code == 200
    assert phone.get("door").status_code == 200


NOT_A_BODY = ["", "{", "[]", "null", "1", '"x"', "[" * 100_000, "9" * 10_000, "\ud800", "{}\x00"]
WRONG: list[Any] = [
    None,
    "",
    "x",
    -1,
    0,
    10**30,
    1.5,
    True,
    [],
    {},
    "\x00",
    "\ud800",
    2**63,
    "9" * 400,
]
FIELDS: dict[str, dict[str, Any]] = {
    "pair": {"code": "ABCD2345", "name": "x"},
    "scans": {
        "token": "x",
        "gate": None,
        "scan_id": str(uuid.uuid4()),
        "scanned_at": 1,
        "device": "x",
        "mode": "door",
        "direction": "in",
    },
    "log": {"entries": []},
    "hello": {"queue": 0, "data_at": None, "battery": None, "offline_since": None},
    "notes": {"ticket": "x", "text": "y"},
}


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("calling", "pair"):
        monkeypatch.setattr(f"apps.api.v1.checkin.{module}.allow", lambda *_args: True)


@pytest.mark.parametrize("path", FIELDS)
def test_what_is_malformed_is_refused_by_name(phone: Phone, path: str, no_limits: None) -> None:
    for raw in NOT_A_BODY:
        answer = phone.client.generic(
            "POST",
            f"/api/v1/checkin/{path}",
            raw.encode("utf-8", "surrogatepass"),
            content_type="application/json",
            headers={"Authorization": f"Device {phone.key}"},
        )
        assert_refused_or_fine(answer, raw[:20])
    for field in FIELDS[path]:
        for value in WRONG:
            answer = phone.post(path, FIELDS[path] | {field: value})
            assert_refused_or_fine(answer, (field, value))
    assert Device.objects.count() == 1


def assert_refused_or_fine(answer: Any, why: object) -> None:
    if answer.status_code >= 300:
        assert_refused(answer, why)


def assert_refused(answer: Any, why: object) -> None:
    assert 400 <= answer.status_code < 500, (why, answer.status_code)
    assert answer.headers["Content-Type"] == "application/problem+json", why
    assert answer.json()["code"], why


def test_malformed_changes_of_a_device_are_refused(phone: Phone, no_limits: None) -> None:
    bodies: list[Any] = [
        {"gate": 10**30},
        {"gate": "x"},
        {"gate": -1},
        {"name": ""},
        {"name": "\x00"},
    ]
    for body in bodies:
        assert_refused(phone.call("PATCH", "device", body), body)
    for query in ("cursor=x", "after=x", "after=1-x", "cursor=%00", "after=%00", "cursor=a.1"):
        assert_refused(phone.get(f"tickets?{query}"), query)
    for query in ("q=%00", "q=", f"q={'x' * 5000}", "q=%ff"):
        assert phone.get(f"guests?{query}").json() == {"guests": []}


@pytest.mark.parametrize(
    "scanned_at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01T12:00:00", 2**60, -1],
)
def test_a_time_nobody_can_store_is_refused(phone: Phone, scanned_at: Any) -> None:
    body = FIELDS["scans"] | {"scanned_at": scanned_at, "scan_id": str(uuid.uuid4())}
    assert_refused(phone.post("scans", body), scanned_at)


def test_an_upload_that_is_too_long_is_refused_whole(phone: Phone) -> None:
    many = phone.post("log", {"entries": ["{}"] * 501})
    assert (many.status_code, many.json()["code"]) == (422, "invalid")
    for size in (600_000, 3_000_000):
        long = phone.post("log", {"entries": ["x" * size]})
        assert (long.status_code, long.json()["code"]) == (413, "too_large")
    assert not LogEntry.objects.exists()
