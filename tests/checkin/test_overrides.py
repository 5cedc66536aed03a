"""A supervisor overrules a refusal, offline too: with a PIN, a reason, and on record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from apps.checkin import pins
from apps.checkin.models import (
    Device,
    Entry,
    Scan,
    Standing,
    Supervisor,
)
from apps.checkin.services.log import upload
from apps.checkin.services.scan import scan
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.services.refund import refund_tickets
from tests.cellar import LATER, brings, changed, flaws, let_in, offline_phone
from tests.factories.door import make_attempt, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer

pytestmark = pytest.mark.django_db


def test_a_supervisor_overrules_with_the_pin_and_it_is_on_record(ticket: Ticket) -> None:
    ida = pins.appoint(ticket.event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    key = pins.derive("246810", bytes(ida.salt), ida.iterations)
    phone.overrules(ticket, ida.pk, key, at=NOON + timedelta(minutes=1))
    brings(phone)
    stored = Scan.objects.get(reason="overruled")
    assert (stored.verdict, stored.supervisor, stored.overrule_words) == ("admitted", ida, "VIP")
    assert [entry.standing for entry in Entry.objects.order_by("at")] == ["regular", "overruled"]
    assert flaws() == []


def test_whom_a_supervisor_let_in_has_used_the_ticket(ticket: Ticket) -> None:
    ida = pins.appoint(ticket.event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(ticket.event)
    phone.overrules(ticket, ida.pk, bytes(ida.key), at=NOON)
    brings(phone)
    answer = scan(make_attempt(ticket), at=LATER)
    assert (answer.verdict, json.loads(answer.text)["reason"]) == ("already_used", "inside")
    assert Entry.objects.get().standing == Standing.OVERRULED


def test_overruled_without_the_pin_is_shown(ticket: Ticket) -> None:
    ida = pins.appoint(ticket.event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(ticket.event)
    phone.overrules(ticket, ida.pk, bytes(32), at=NOON)
    stranger = pins.appoint(make_organizer("Somebody else"), name="Jo", pin="135790", at=NOON)
    phone.overrules(ticket, stranger.pk, bytes(stranger.key), at=NOON)
    brings(phone)
    assert flaws() == [("unproven", 1), ("unproven", 2)]
    assert [scan.supervisor for scan in Scan.objects.order_by("pk")] == [None, None]
    # Nobody stands for them: the second is a double entry like any other.
    standings = Entry.objects.order_by("pk").values_list("standing", flat=True)
    assert sorted(standings) == ["double", "regular"]


def test_a_retired_supervisor_overrules_nobody_from_then_on(ticket: Ticket) -> None:
    ida = pins.appoint(ticket.event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(ticket.event)
    phone.overrules(ticket, ida.pk, bytes(ida.key), at=NOON)
    phone.overrules(ticket, ida.pk, bytes(ida.key), at=NOON + timedelta(minutes=2))
    Supervisor.objects.update(retired_at=NOON + timedelta(minutes=1))
    brings(phone)
    assert [scan.supervisor for scan in Scan.objects.order_by("pk")] == [ida, None]
    assert flaws() == [("unproven", 2)]


def test_overruling_what_nobody_may_overrule_is_a_doubt() -> None:
    event = make_event(make_organizer())
    ida = pins.appoint(event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(event)
    refunded, stopped, said = (make_ticket(event) for _ in range(3))
    elsewhere = make_ticket()
    refund_tickets([refunded], actor="user:7", at=NOON - timedelta(minutes=5))
    for ticket in (stopped, said):
        block(ticket, reason="stolen", actor="user:7", at=NOON - timedelta(minutes=5))
    for ticket in (refunded, stopped, elsewhere):
        phone.overrules(ticket, ida.pk, bytes(ida.key), at=NOON)
    let_in(phone, said)
    brings(phone, *phone.log[:3], changed(phone.log[3], reason="overruled"))
    assert list(Scan.objects.order_by("pk").values_list("ticket", "doubt")) == [
        (refunded.pk, "refunded"),
        (stopped.pk, ""),
        (None, "unknown"),
        (said.pk, "blocked"),  # saying so is not overruling
    ]
    assert flaws() == []


@pytest.mark.parametrize("proof", ["", "ü", "0" * 64])
def test_whatever_stands_for_a_proof_is_none(ticket: Ticket, proof: str) -> None:
    ida = pins.appoint(ticket.event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(ticket.event)
    phone.overrules(ticket, ida.pk, bytes(ida.key), at=NOON)
    brings(phone, changed(phone.log[0], proof=proof))
    assert flaws() == [("unproven", 1)]


@pytest.mark.parametrize("pin", ["12345", "", "abcdef", "١٢٣٤٥٦", "123 456"])
def test_a_pin_has_six_digits(pin: str) -> None:
    with pytest.raises(pins.WeakPin):
        pins.appoint(make_organizer(), name="Ida", pin=pin, at=NOON)


def test_overruled_forty_times_asks_for_supervisors_once(
    django_assert_max_num_queries: Any,
) -> None:
    event = make_event(make_organizer())
    ida = pins.appoint(event.organizer, name="Ida", pin="246810", at=NOON)
    phone = offline_phone(event)
    for _ in range(40):
        phone.overrules(make_ticket(event), ida.pk, bytes(ida.key), at=NOON)
    device = Device.objects.get(pk=phone.device.pk)
    with django_assert_max_num_queries(28):
        upload(device, phone.log, at=LATER)
    assert Entry.objects.filter(standing=Standing.OVERRULED).count() == 40
