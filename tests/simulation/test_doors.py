"""
Random nights at a door: phones with wrong clocks lose their network, die and come back, and bring their
logs in any order. What the server tells afterwards is the same for every order, and nobody is forgotten.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q

from apps.checkin import invariants
from apps.checkin.models import (
    DecidedBy,
    Device,
    DeviceFlag,
    Direction,
    DoorSettings,
    Entry,
    EntryRule,
    LogEntry,
    LogHead,
    Scan,
    Standing,
    Supervisor,
)
from apps.checkin.services.log import upload
from apps.checkin.services.look import policy_of
from apps.checkin.services.merge import LOST_CALL
from apps.checkin.services.retell import lock, retell
from apps.checkin.services.scan import scan
from apps.core.invariants import offenders
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.door_phone import Died, Phone
from tests.factories.door import make_device, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer

pytestmark = pytest.mark.django_db
SEEDS, STEPS = 12, 45
PHONES, TICKETS = 3, 4
PIN_KEY = bytes(32)


@dataclass
class Night:
    chance: random.Random
    rule: EntryRule
    at: datetime = NOON + timedelta(days=10)
    phones: list[Phone] = field(default_factory=list)
    tickets: list[tuple[Ticket, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        organizer = make_organizer()
        self.event = make_event(organizer, at=self.at - timedelta(days=10))
        DoorSettings.objects.create(event=self.event, entry_rule=self.rule, entries_per_day=2)
        self.event = Event.objects.select_related("door_settings").get(pk=self.event.pk)
        self.supervisor = Supervisor.objects.create(
            organizer=organizer, name="Ida", salt=b"", iterations=1, key=PIN_KEY, created_at=self.at
        )
        for _ in range(TICKETS):
            ticket = make_ticket(self.event)
            self.tickets.append((ticket, token(ticket)))
        self.phones = [self.phone(number) for number in range(PHONES)]

    def phone(self, number: int) -> Phone:
        device, _secret = make_device(self.event, f"phone {number}", paired_at=self.at)
        return Phone(
            Device.objects.select_related("event__door_settings").get(pk=device.pk),
            self.chance,
            skew=timedelta(seconds=self.chance.uniform(-600, 600)),
            error=timedelta(seconds=self.chance.choice([0, 0, 1, 30])),
            dies=0.03,
        )

    def step(self) -> None:
        self.at += timedelta(seconds=self.chance.choice([1, 5, 60, 600]))
        phone = self.chance.choice(self.phones)
        do = self.chance.choices(
            [self.somebody_comes, self.loses_or_finds_network, self.uploads, self.syncs,
             self.takes_back, self.overrules, self.a_call_arrives_late],
            weights=[60, 12, 12, 8, 4, 4, 6],
        )[0]  # fmt: skip
        with suppress(Died):
            do(phone)

    def somebody_comes(self, phone: Phone) -> None:
        ticket, code = self.chance.choice(self.tickets)
        out = self.chance.random() < 0.25
        direction = Direction.OUT if out else Direction.IN
        seen = self.chance.choice([code, ticket.reference])
        in_use = self.in_use(ticket)
        verdict = phone.shows(ticket, seen, direction, at=self.at)
        if verdict == "admitted" and '"by": "server"' in phone.log[-1]:
            assert not in_use, "admitted twice by who could see it"

    def in_use(self, ticket: Ticket) -> bool:
        """By what the server knows, and where the rule needs no counting."""
        entries = Entry.objects.filter(ticket=ticket)
        if self.rule == EntryRule.ONCE:
            return entries.standing().exists()
        return self.rule == EntryRule.WITH_EXIT and entries.inside().exists()

    def loses_or_finds_network(self, phone: Phone) -> None:
        phone.online = not phone.online

    def uploads(self, phone: Phone) -> None:
        if phone.online and phone.log:
            phone.uploads(at=self.at)

    def syncs(self, phone: Phone) -> None:
        if phone.online and phone.uploaded == len(phone.log):
            phone.sync()

    def a_call_arrives_late(self, phone: Phone) -> None:
        if phone.on_the_way:
            scan(phone.on_the_way.pop(), at=self.at)

    def takes_back(self, phone: Phone) -> None:
        if phone.let_in:
            phone.undoes(phone.let_in[-1], at=self.at)

    def overrules(self, phone: Phone) -> None:
        ticket, _code = self.chance.choice(self.tickets)
        phone.overrules(ticket, self.supervisor.pk, PIN_KEY, at=self.at)

    def ends(self) -> None:
        self.at += timedelta(hours=1)
        for phone in self.phones:
            phone.uploads_all(at=self.at)


def truth() -> set[tuple[object, ...]]:
    return set(
        Entry.objects.values_list(
            "ticket", "scan_id", "standing", "turn", "at", "left_at", "order_unknown", "undone_at"
        )
    )


@pytest.mark.parametrize("rule", EntryRule)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_night(seed: int, rule: EntryRule) -> None:
    night = Night(random.Random(seed), rule)
    for _ in range(STEPS):
        night.step()
        assert broken() == []
    night.ends()
    nobody_is_forgotten(night)
    assert not DeviceFlag.objects.exists()
    told = truth()
    for _ in range(2):
        forget_what_phones_brought()
        bring_in_another_order(night)
        assert truth() == told
    assert broken() == []


def nobody_is_forgotten(night: Night) -> None:
    """Whom a screen let in went in, and whoever went in a second time is told of."""
    for phone in night.phones:
        assert LogEntry.objects.filter(device=phone.device).count() == len(phone.log)
        entries = Entry.objects.standing().filter(scan_id__in=map(phone.kept_as, phone.let_in))
        assert entries.count() == len(phone.let_in)
    seen = {phone.kept_as(named) for phone in night.phones for named in phone.let_in}
    unseen = Entry.objects.standing().exclude(scan_id__in=seen).values("scan_id")
    # They died with the answer on its way: let in by the server, and no lost call decided anew.
    assert not Scan.objects.filter(scan_id__in=unseen, decided_by=DecidedBy.PHONE).exists()
    assert not LogEntry.objects.filter(of__in=unseen).exists()
    if night.rule == EntryRule.ONCE:
        for ticket, _code in night.tickets:
            entries = Entry.objects.standing().filter(ticket=ticket)
            unruled = entries.exclude(standing=Standing.OVERRULED)
            regular = unruled.filter(standing=Standing.REGULAR).count()
            assert regular <= 1
            assert unruled.double().count() == unruled.count() - regular


def forget_what_phones_brought() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # past the append-only guards
        Entry.objects.all().delete()
        LogEntry.objects.all().delete()
        Scan.objects.filter(Q(decided_by=DecidedBy.PHONE) | Q(reason=LOST_CALL)).delete()
        LogHead.objects.update(seq=0, hash="")
        cursor.execute("SET session_replication_role = origin")


def bring_in_another_order(night: Night) -> None:
    parcels = []
    for phone in night.phones:
        log = list(phone.log)
        night.chance.shuffle(log)
        parcels += [(phone, log[i : i + 4]) for i in range(0, len(log), 3)]  # some twice
    night.chance.shuffle(parcels)
    for phone, parcel in parcels:
        upload(phone.device, parcel, at=night.at)
    tickets = [ticket.pk for ticket, _code in night.tickets]
    lock(tickets)
    retell(tickets, policy_of(night.event))


def broken() -> list[str]:
    return [row for check in invariants.CHECKS for row in offenders(check)]
