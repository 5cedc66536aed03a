from __future__ import annotations

import uuid

import pytest
from django.db import connection

from apps.checkin import invariants
from apps.checkin.models import DoorSettings, Entry, Scan, Verdict
from apps.checkin.services.scan import scan
from apps.core.invariants import offenders
from apps.tickets.models import Ticket
from tests.factories.door import make_attempt, make_ticket
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


def broken() -> dict[str, list[str]]:
    found = {check.name: list(offenders(check)) for check in invariants.CHECKS}
    return {name: rows for name, rows in found.items() if rows}


def record(ticket: Ticket, verdict: Verdict) -> Scan:
    return Scan.objects.create(
        scan_id=uuid.uuid4(),
        event=ticket.event,
        ticket=ticket,
        verdict=verdict,
        actor="system",
        scanned_at=NOON,
        happened_at=NOON,
        received_at=NOON,
        answer="{}",
    )


def test_an_ordinary_night_is_clean() -> None:
    for ticket in (make_ticket(), make_ticket()):
        scan(make_attempt(ticket), at=NOON)
        scan(make_attempt(ticket), at=NOON)
        scan(make_attempt(ticket, code="hello"), at=NOON)
    assert broken() == {}


def test_an_admitting_scan_without_an_entry_is_found() -> None:
    told = record(make_ticket(), Verdict.ADMITTED)
    assert broken() == {"a scan that admitted somebody made an entry": [f"scan {told.scan_id}"]}


def test_an_entry_whose_scan_refused_is_found() -> None:
    ticket = make_ticket()
    told = record(ticket, Verdict.BLOCKED)
    entry = Entry.objects.create(ticket=ticket, event=ticket.event, scan=told, at=NOON)
    [rows] = broken().values()
    assert rows == [f"entry {entry.pk} of ticket {ticket.pk}"]


@pytest.mark.parametrize(
    ("rule", "found"), [("once", True), ("with_exit", True), ("per_day", False)]
)
def test_two_turns_at_once_are_found_where_the_rule_has_one(rule: str, found: bool) -> None:
    ticket = make_ticket()
    DoorSettings.objects.create(event=ticket.event, entry_rule=rule)
    for turn in (1, 2):
        told = record(ticket, Verdict.ADMITTED)
        Entry.objects.create(ticket=ticket, event=ticket.event, scan=told, at=NOON, turn=turn)
    rows = [row for rows in broken().values() for row in rows]
    assert rows == ([f"ticket {ticket.pk} is inside 2 times"] if found else [])


def test_a_double_entry_marked_as_such_is_no_offence() -> None:
    ticket = make_ticket()
    scan(make_attempt(ticket), at=NOON)
    told = record(ticket, Verdict.ADMITTED)
    Entry.objects.create(ticket=ticket, event=ticket.event, scan=told, at=NOON, standing="double")
    assert broken() == {}


def test_a_scan_that_names_another_organizers_ticket_is_found() -> None:
    ticket, here = make_ticket(), make_ticket().event
    ticket.event = here
    told = record(ticket, Verdict.WRONG_EVENT)
    assert broken() == {
        "a scan names no ticket of another organizer": [
            f"scan {told.scan_id} names ticket {ticket.pk}"
        ]
    }


def test_a_guard_taken_away_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkin_scan DISABLE TRIGGER checkin_scan_append_only")
    assert broken() == {
        "scans, logs and notes on doubts are append-only: their guards are in force": [
            "checkin_scan_append_only"
        ]
    }
