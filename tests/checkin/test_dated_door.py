"""What a phone did without a network is measured by how the door was at that time, not by how it is now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.checkin.describe import describe
from apps.checkin.models import Device, DoorTerms, Entry, Gate, Scan
from apps.checkin.services.gates import give_slot, remove_gate, save_gate, take_slot
from apps.events.models import Event
from apps.tickets.models import Reissue, Ticket
from apps.tickets.services.reissue import reissue
from tests.cellar import brings, changed, let_in, offline_phone
from tests.factories.door import make_ticket
from tests.factories.selling import NOON, make_event, make_organizer, make_variant

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer(), starts_at=NOON)


def doubt_of(ticket: Ticket, gate: Gate | None = None) -> str:
    """Of a phone that let them in at NOON and brings it later."""
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], gate=gate.pk if gate else None))
    return Scan.objects.get(ticket=ticket).doubt


@pytest.mark.parametrize(("minutes", "doubt"), [(-1, "replaced"), (1, "")])
def test_a_code_is_old_from_its_reissue_on(event: Event, minutes: int, doubt: str) -> None:
    ticket = make_ticket(event)
    phone = offline_phone(event)
    let_in(phone, ticket)
    reissue(ticket, reason="lost", actor="user:7", at=NOON + minutes * MINUTE)
    brings(phone)
    assert Scan.objects.get().doubt == doubt
    assert Entry.objects.standing().count() == 1


def test_the_new_code_was_good_before_its_reissue_by_a_clock_that_is_not_exact(
    event: Event,
) -> None:
    ticket = make_ticket(event)
    reissue(ticket, reason="lost", actor="user:7", at=NOON + MINUTE)
    assert doubt_of(ticket) == ""


@pytest.mark.parametrize(("minutes", "doubt"), [(-1, "gate_closed"), (1, "")])
def test_a_gate_had_the_hours_it_had(event: Event, minutes: int, doubt: str) -> None:
    gate = Gate(event=event, name="North")
    save_gate(gate, at=NOON - timedelta(days=2))
    gate.closes_at = NOON - timedelta(hours=1)
    save_gate(gate, at=NOON + minutes * MINUTE)
    assert doubt_of(make_ticket(event), gate) == doubt


def test_a_time_slot_holds_from_when_it_was_given_until_it_was_taken(event: Event) -> None:
    late = {"admits_from": NOON + timedelta(hours=1), "admits_until": NOON + timedelta(hours=2)}
    before, between, after = (make_variant(event, name) for name in ("A", "B", "C"))
    give_slot(before, **late, at=NOON - 3 * MINUTE)
    take_slot(before, at=NOON - 2 * MINUTE)
    give_slot(between, **late, at=NOON - 3 * MINUTE)
    take_slot(between, at=NOON + MINUTE)
    give_slot(after, **late, at=NOON + MINUTE)
    found = [doubt_of(make_ticket(event, variant=v)) for v in (before, between, after)]
    assert found == ["", "too_early", ""]


def test_a_removed_gate_keeps_its_name_for_what_comes_late(event: Event) -> None:
    gate = Gate(event=event, name="North")
    save_gate(gate, at=NOON - timedelta(days=2))
    phone = offline_phone(event)
    phone.device.gate = gate
    phone.device.save()
    let_in(phone, make_ticket(event))
    remove_gate(gate, at=NOON + MINUTE)
    brings(phone, changed(phone.log[0], gate=gate.pk))
    assert Entry.objects.get().gate == gate
    moved = Device.objects.get(pk=phone.device.pk)
    assert moved.gate is None
    assert describe(moved)["gates"] == []
    save_gate(Gate(event=event, name="North"), at=NOON + MINUTE)  # its name is free again


def test_what_was_is_not_rewritten(event: Event) -> None:
    save_gate(Gate(event=event, name="North"), at=NOON)
    reissue(make_ticket(event), reason="lost", actor="user:7", at=NOON)
    for rows in (DoorTerms.objects.all(), Reissue.objects.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(at=NOON - MINUTE)
