from __future__ import annotations

import dataclasses
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.checkin.models import Entry, Mode, Scan, Verdict
from apps.checkin.services.scan import Answer, ScanIdReused, scan
from apps.checkin.services.undo import AlreadyUndone, undo
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock
from apps.tickets.services.refund import refund_tickets
from apps.tickets.services.reissue import reissue
from apps.tickets.states import TicketState
from apps.tickets.tokens import token
from tests.factories.door import make_attempt, make_gate, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=11)


def said(answer: Answer) -> tuple[str, str]:
    text = json.loads(answer.text)
    assert text["verdict"] == answer.verdict
    return text["verdict"], text["reason"]


def on_record() -> list[tuple[str, str]]:
    return list(Scan.objects.order_by("pk").values_list("verdict", "reason"))


def test_a_good_ticket_is_admitted_and_the_answer_says_whom() -> None:
    ticket = make_ticket()
    gate = make_gate(ticket.event)
    attempt = make_attempt(ticket, gate=gate)
    answer = scan(attempt, at=LATER)
    assert json.loads(answer.text) == {
        "scan_id": str(attempt.scan_id),
        "verdict": "admitted",
        "reason": "",
        "overrule": "",
        "at": "2026-03-01T12:11:00+00:00",
        "ticket": {
            "reference": ticket.reference,
            "holder": "Mira Sandberg",
            "variant": "Parkett",
            "access_level": "",
            "place": "Reihe 9, Platz 14",
        },
        "event": None,
        "entry": None,
        "change": None,
    }
    entry = Entry.objects.get()
    assert (entry.ticket, entry.gate, entry.at, entry.device_name) == (
        ticket,
        gate,
        LATER,
        "Selin's phone",
    )
    stored = Scan.objects.get()
    assert (stored.entry, stored.answer) == (entry, answer.text)
    assert (stored.scanned_at, stored.received_at, stored.actor) == (NOON, LATER, "device:1")


def test_the_second_time_it_says_when_and_where() -> None:
    ticket = make_ticket()
    scan(make_attempt(ticket, gate=make_gate(ticket.event, "Gate B")), at=NOON)
    answer = scan(make_attempt(ticket, device_name="Jo's phone"), at=LATER)
    assert said(answer) == ("already_used", "inside")
    assert json.loads(answer.text)["entry"] == {
        "at": "2026-03-01T12:00:00+00:00",
        "gate": "Gate B",
        "device": "Selin's phone",
    }
    assert Entry.objects.count() == 1
    assert on_record() == [("admitted", ""), ("already_used", "inside")]


def test_the_same_scan_id_gets_the_same_answer_byte_for_byte() -> None:
    attempt = make_attempt(make_ticket())
    first = scan(attempt, at=NOON)
    assert scan(attempt, at=LATER) == first
    assert (Scan.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_refusal_is_kept_even_when_the_ticket_would_do_by_now() -> None:
    ticket = make_ticket()
    block(ticket, reason="stolen", actor="user:7", at=NOON)
    attempt = make_attempt(ticket)
    first = scan(attempt, at=NOON)
    unblock(ticket, reason="found", actor="user:7", at=NOON)
    assert scan(attempt, at=LATER) == first
    assert (Scan.objects.count(), Entry.objects.count()) == (1, 0)


def test_a_scan_id_is_for_one_code() -> None:
    ticket, other = make_ticket(), make_ticket()
    scan_id = uuid.uuid4()
    scan(make_attempt(ticket, scan_id=scan_id), at=NOON)
    with pytest.raises(ScanIdReused):
        scan(make_attempt(other, scan_id=scan_id), at=NOON)
    assert (Scan.objects.count(), Entry.objects.count()) == (1, 1)
    assert not other.entries.exists()


def test_blocked_says_since_when_and_why() -> None:
    ticket = make_ticket()
    block(ticket, reason="reported stolen", actor="user:7", at=NOON)
    answer = scan(make_attempt(ticket), at=LATER)
    assert said(answer) == ("blocked", "blocked")
    assert json.loads(answer.text)["change"] == {
        "at": "2026-03-01T12:00:00+00:00",
        "reason": "reported stolen",
    }
    assert not Entry.objects.exists()


def test_refunded() -> None:
    ticket = make_ticket()
    refund_tickets([ticket], actor="system", at=NOON)
    assert said(scan(make_attempt(ticket), at=LATER)) == ("refunded", "refunded")
    assert not Entry.objects.exists()


def test_passed_on() -> None:
    ticket = make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.TRANSFERRED)
    assert said(scan(make_attempt(ticket), at=LATER)) == ("not_valid", "passed_on")


def test_a_replaced_code_is_refused_and_the_new_one_admits() -> None:
    ticket = make_ticket()
    old = make_attempt(ticket)
    reissue(ticket, reason="lost phone", actor="user:7", at=NOON)
    assert said(scan(old, at=LATER)) == ("not_valid", "replaced")
    assert said(scan(make_attempt(ticket), at=LATER)) == ("admitted", "")


def test_a_ticket_of_another_event_of_ours_says_which() -> None:
    ticket = make_ticket()
    tonight = make_event(ticket.event.organizer)
    answer = scan(make_attempt(ticket, event=tonight), at=LATER)
    assert said(answer) == ("wrong_event", "another_event")
    assert json.loads(answer.text)["event"] == {
        "title": "Zwölf Celli im Trockendock",
        "starts_at": "2026-03-11T12:00:00+00:00",
    }
    assert Scan.objects.get().event == tonight
    assert not Entry.objects.exists()


def test_nothing_is_told_about_another_organizers_ticket() -> None:
    ticket = make_ticket()
    tonight = make_event(make_organizer("Somebody else"))
    answer = scan(make_attempt(ticket, event=tonight), at=LATER)
    assert said(answer) == ("wrong_event", "another_event")
    assert [json.loads(answer.text)[key] for key in ("ticket", "event")] == [None, None]
    assert Scan.objects.get().ticket is None
    typed = scan(make_attempt(ticket, event=tonight, code=ticket.reference), at=LATER)
    assert said(typed) == ("not_valid", "unknown")


@pytest.mark.parametrize(
    "code", ["", "hello", "https://example.org/", "x" * 5000, "a.b.c", "\x00" * 12]
)
def test_what_is_no_code_of_ours_is_on_record_too(code: str) -> None:
    assert said(scan(make_attempt(make_ticket(), code=code), at=LATER)) == ("not_valid", "forged")
    assert on_record() == [("not_valid", "forged")]


def test_an_unknown_ticket_with_a_good_signature() -> None:
    ticket = make_ticket()
    ghost = Ticket(reference="0" * 12, event=ticket.event, variant=ticket.variant, issued_at=NOON)
    assert said(scan(make_attempt(ticket, code=token(ghost)), at=LATER)) == ("not_valid", "unknown")


def test_the_door_judges_by_the_events_window() -> None:
    ticket = make_ticket()
    ends = ticket.event.ends_at
    assert said(scan(make_attempt(ticket), at=ends + timedelta(hours=12))) == (
        "not_valid",
        "event_over",
    )
    assert said(scan(make_attempt(ticket), at=ends + timedelta(hours=11))) == ("admitted", "")


def test_an_expired_code() -> None:
    ticket = make_ticket()
    attempt = make_attempt(ticket)
    postponed = NOON + timedelta(days=500)
    ticket.event.starts_at, ticket.event.ends_at = postponed, postponed + timedelta(hours=2)
    ticket.event.save()
    assert said(scan(attempt, at=postponed)) == ("not_valid", "expired")
    assert said(scan(make_attempt(ticket), at=postponed)) == ("admitted", "")


def test_the_reference_can_be_typed_as_it_is_spoken() -> None:
    ticket = make_ticket()
    typed = ticket.spoken_reference.lower()
    answer = scan(make_attempt(ticket, code=typed, mode=Mode.MANUAL), at=LATER)
    assert said(answer) == ("admitted", "")
    assert Scan.objects.get().mode == Mode.MANUAL


def test_an_entry_can_be_undone_once_and_then_admits_again() -> None:
    ticket = make_ticket()
    scan(make_attempt(ticket), at=NOON)
    entry = Entry.objects.get()
    undo(entry, actor="device:1", at=LATER)
    with pytest.raises(AlreadyUndone):
        undo(entry, actor="device:2", at=LATER)
    assert (entry.undone_at, entry.undone_by) == (LATER, "device:1")
    assert said(scan(make_attempt(ticket), at=LATER)) == ("admitted", "")
    assert (Entry.objects.count(), Entry.objects.standing().count()) == (2, 1)


@pytest.mark.parametrize("change", [{"verdict": "admitted"}, {"answer": "{}"}])
def test_scans_cannot_be_rewritten(change: dict[str, Any]) -> None:
    scan(make_attempt(make_ticket(), code="hello"), at=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Scan.objects.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Scan.objects.all().delete()
    assert on_record() == [("not_valid", "forged")]


def test_statements_per_scan(django_assert_num_queries: Any) -> None:
    ticket = make_ticket()
    event = Event.objects.select_related("door_settings").get(pk=ticket.event_id)
    attempt = make_attempt(ticket, event=event)
    # Plus at most two that ask who is at the door: see test_door_page.py.
    for expected, tried in [
        (5, attempt),  # savepoint, ticket, entry, scan, release
        (6, dataclasses.replace(attempt, scan_id=uuid.uuid4())),  # … and the entry from before
        (3, dataclasses.replace(attempt, scan_id=uuid.uuid4(), code="hello")),
    ]:
        with django_assert_num_queries(expected):
            scan(tried, at=LATER)
    assert Scan.objects.filter(verdict=Verdict.ADMITTED).count() == 1
