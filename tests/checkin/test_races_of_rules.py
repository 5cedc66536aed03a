"""Entry rules that count, and uploads, while others scan. Without the ticket's lock they count wrong."""

from __future__ import annotations

import dataclasses
import random
import time
import uuid
from collections import Counter
from datetime import timedelta

import pytest

from apps.checkin import invariants
from apps.checkin.models import Direction, DoorSettings, Entry, EntryRule, Scan, Standing
from apps.checkin.services.log import upload
from apps.checkin.services.look import Attempt, entries_of
from apps.checkin.services.scan import Answer, scan
from apps.core.invariants import offenders
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.door_phone import Phone
from tests.factories.door import make_attempt, make_device, make_ticket
from tests.factories.selling import NOON
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PHONES, PER_DAY = 12, 3


def race() -> Counter[str]:
    ticket = make_ticket()
    DoorSettings.objects.create(
        event=ticket.event, entry_rule=EntryRule.PER_DAY, entries_per_day=PER_DAY
    )
    attempt = make_attempt(ticket)
    answers = run_at_once(PHONES, lambda _number: scan(again(attempt), at=NOON))
    return Counter(a.verdict.value if isinstance(a, Answer) else type(a).__name__ for a in answers)


def again(attempt: Attempt) -> Attempt:
    return dataclasses.replace(attempt, scan_id=uuid.uuid4())


def broken() -> list[str]:
    return [row for check in invariants.CHECKS for row in offenders(check)]


def test_three_a_day_means_three_however_many_scan_at_once() -> None:
    assert race() == {"admitted": PER_DAY, "already_used": PHONES - PER_DAY}
    assert Entry.objects.standing().count() == PER_DAY
    assert Entry.objects.inside().count() == 1


def test_control_without_the_lock_they_count_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_a_lock(reference: str) -> Ticket | None:
        return Ticket.objects.select_related("variant").filter(reference=reference).first()

    def slowly(ticket: Ticket) -> list[Entry]:
        found = entries_of(ticket)
        time.sleep(0.02)  # what a busy server puts between the look and the act
        return found

    monkeypatch.setattr("apps.checkin.services.look._locked", without_a_lock)
    monkeypatch.setattr("apps.checkin.services.look.entries_of", slowly)
    told = race()
    # All took the same turn: the index stops them, so tickets that would do are not answered rightly.
    assert told != {"admitted": PER_DAY, "already_used": PHONES - PER_DAY}


def test_uploads_and_scans_of_the_same_tickets_at_once() -> None:
    tickets = [make_ticket()]
    event = tickets[0].event
    tickets += [make_ticket(event) for _ in range(5)]
    phones = [offline_log(tickets, number) for number in range(4)]

    def work(number: int) -> object:
        if number < len(phones):
            upload(phones[number].device, phones[number].log, at=NOON + timedelta(hours=1))
        else:
            for ticket in random.Random(number).sample(tickets, len(tickets)):
                scan(make_attempt(ticket), at=NOON + timedelta(minutes=30))
        return None

    assert run_at_once(8, work) == [None] * 8
    assert broken() == []
    assert Scan.objects.count() == 8 * len(tickets)
    for ticket in tickets:
        standings = Counter(Entry.objects.filter(ticket=ticket).values_list("standing", flat=True))
        assert standings[Standing.REGULAR] == 1
        assert 4 <= standings.total() <= 5  # four phones, and online once if nobody was known yet


def offline_log(tickets: list[Ticket], number: int) -> Phone:
    device, _secret = make_device(tickets[0].event, f"phone {number}")
    phone = Phone(device, random.Random(number), skew=timedelta(0), online=False)
    for minute, ticket in enumerate(phone.chance.sample(tickets, len(tickets))):
        at = NOON + timedelta(minutes=minute)
        phone.shows(ticket, token(ticket), Direction.IN, at=at)
    return phone
