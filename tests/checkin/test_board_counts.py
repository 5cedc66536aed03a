"""The numbers of the door are those of its entries, one by one, whatever happened."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.checkin.board.count import night_of
from apps.checkin.models import DoorSettings, Entry, EntryRule, Scan
from apps.checkin.services.undo import undo
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.services.issue import TicketWish, issue
from tests.factories.door import make_gate, signed_in
from tests.factories.night import Phone, make_phone, scans
from tests.factories.selling import NOON, make_event, make_member, make_organizer, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer(), starts_at=NOON + timedelta(hours=1))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


END = NOON + minutes(61)


def a_night(event: Event, seed: int) -> None:
    """Twelve tickets, two gates, three phones, on and off the network, for an hour."""
    chance = random.Random(seed)
    rule = chance.choice([EntryRule.ONCE, EntryRule.WITH_EXIT])
    DoorSettings.objects.create(event=event, entry_rule=rule)
    gates = [make_gate(event, name) for name in ("North", "South")]
    phones = [make_phone(event, f"phone {n}", gates[n % 2]) for n in range(3)]
    kinds = [make_variant(event, name) for name in ("Rang", "Loge")]
    wishes = [TicketWish(kind, f"{kind.name} guest", "") for kind in kinds]
    tickets = issue(event=event, wanted=wishes * 6, at=NOON - timedelta(days=2))
    for number in range(60):
        something(chance, chance.choice(phones), chance.choice(tickets), NOON + minutes(number))
    block(tickets[0], reason="why not", actor="user:1", at=NOON)
    for phone in chance.sample(phones, 3):
        phone.brings(at=END)


def something(chance: random.Random, phone: Phone, ticket: Ticket, at: datetime) -> None:
    match chance.randrange(6):
        case 0 | 1:
            scans(phone, ticket, at=at)
        case 2:
            scans(phone, ticket, at=at, direction="out")
        case 3:
            phone.looks(ticket, at=at, direction=chance.choice(["in", "in", "out"]))
        case 4:
            phone.looks(ticket, "already_used", at=at, reason="inside")
        case _:
            if standing := list(Entry.objects.standing()):
                undo(chance.choice(standing), actor="user:1", at=at)


@pytest.mark.parametrize("seed", range(6))
def test_a_random_night_adds_up(event: Event, seed: int) -> None:
    a_night(event, seed)
    night = night_of(event, at=END)
    standing = list(Entry.objects.standing().select_related("gate", "ticket__variant"))
    inside = [entry for entry in standing if entry.left_at is None]
    came = {entry.ticket_id for entry in standing}
    assert (night.inside, night.entries) == (len(inside), len(standing))
    assert (night.expected, night.came) == (12, len(came))
    assert night.doubles == sum(entry.standing == "double" for entry in standing)
    assert night.undone == Entry.objects.count() - len(standing)
    assert sum(minute.count for minute in night.minutes) == len(standing)
    by_gate = Counter(entry.gate.name for entry in standing if entry.gate)
    assert {gate.name: gate.entries for gate in night.gates} == {"North": 0, "South": 0} | by_gate
    out = Scan.objects.filter(verdict="left")
    assert sum(gate.exits for gate in night.gates) == out.count()
    by_kind = Counter(entry.ticket.variant.name for entry in inside)
    assert {share.name: share.inside for share in night.variants} == {
        "Rang": 0,
        "Loge": 0,
    } | by_kind
    refused = Counter(Scan.objects.refused().values_list("verdict", "reason"))
    assert {(r.verdict, r.reason): r.count for r in night.refusals} == refused


@pytest.mark.parametrize("seed", range(3))
def test_the_report_and_its_csv_say_the_same_as_the_tables(event: Event, seed: int) -> None:
    a_night(event, seed)
    client = signed_in(make_member(event.organizer, Role.OWNER))
    entries = rows(client, f"/door/{event.slug}/report/entries.csv")
    stood = [row for row in entries if not row["Undone"]]
    night = client.get(f"/door/{event.slug}/report/").context["night"]
    assert len(entries) == Entry.objects.count()
    assert len(stood) == night.entries
    assert sum(not row["Went out"] for row in stood) == night.inside
    assert Counter(row["Standing"] for row in stood)["Double"] == night.doubles
    assert [row["Came in"] for row in entries] == sorted(row["Came in"] for row in entries)
    by_gate = Counter(row["Gate"] for row in stood)
    assert {gate.name: gate.entries for gate in night.gates} == {"North": 0, "South": 0} | by_gate
    looks = rows(client, f"/door/{event.slug}/report/scans.csv")
    assert len(looks) == Scan.objects.count()
    out = sum(row["Verdict"] == "Goodbye" for row in looks)
    let_in = sum(row["Verdict"] == "Come in" for row in looks)
    assert out == sum(gate.exits for gate in night.gates)
    assert len(looks) - out - let_in == night.refused


def rows(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
