"""A phone brings its log. What it says counts, whatever is wrong with it is shown, nothing is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.checkin.log_text import hash_of
from apps.checkin.models import (
    DecidedBy,
    Device,
    DeviceFlag,
    Direction,
    Entry,
    LogEntry,
    Mode,
    Scan,
    Standing,
)
from apps.checkin.services.log import Received, take_in, upload
from apps.checkin.services.pair import revoke
from apps.checkin.services.scan import scan
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock
from apps.tickets.tokens import token
from tests.cellar import LATER, brings, broken, changed, flaws, let_in, offline_phone
from tests.factories.door import make_attempt, make_device, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db


def test_what_a_phone_decided_becomes_a_scan_and_an_entry_at_the_corrected_time(
    ticket: Ticket,
) -> None:
    phone = offline_phone(ticket.event)
    scan_id = let_in(phone, ticket)
    assert brings(phone) == Received(1, hash_of(phone.log[0]), [], [], quarantined=False)
    stored = Scan.objects.get()
    assert (stored.scan_id, stored.ticket, stored.verdict) == (
        phone.kept_as(scan_id),
        ticket,
        "admitted",
    )
    assert (stored.decided_by, stored.doubt, stored.device) == (DecidedBy.PHONE, "", phone.device)
    assert stored.scanned_at == NOON + timedelta(minutes=7)
    assert (stored.happened_at, stored.received_at) == (NOON, LATER)
    entry = Entry.objects.get()
    assert (entry.scan, entry.at, entry.standing) == (stored, NOON, Standing.REGULAR)
    assert flaws() == []


def test_the_same_log_again_changes_nothing(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    first = brings(phone)
    assert brings(phone) == first
    assert brings(phone, *phone.log, *phone.log) == first
    assert (LogEntry.objects.count(), Scan.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_a_gap_is_named_and_closed(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    for minute in (1, 2, 3, 4):
        phone.shows(ticket, token(ticket), Direction.IN, at=NOON + timedelta(minutes=minute))
    gap = brings(phone, phone.log[4], phone.log[0], phone.log[2])
    assert (gap.head, gap.missing) == (1, [(2, 2), (4, 4)])
    assert Scan.objects.count() == 3
    whole = brings(phone, phone.log[3], phone.log[1])
    assert (whole.head, whole.hash, whole.missing) == (5, hash_of(phone.log[4]), [])
    assert flaws() == []


def test_two_phones_in_two_cellars_make_a_double_entry_that_is_shown(ticket: Ticket) -> None:
    cellar, attic = offline_phone(ticket.event, "cellar"), offline_phone(ticket.event, "attic")
    second, first = let_in(cellar, ticket, minute=3), let_in(attic, ticket, minute=1)
    brings(cellar)
    assert Entry.objects.get().standing == Standing.REGULAR
    brings(attic)
    told = dict(Entry.objects.values_list("scan_id", "standing"))
    assert told == {attic.kept_as(first): "regular", cellar.kept_as(second): "double"}


def test_an_entry_online_and_one_offline_are_double_too(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket, minute=5)
    scan(make_attempt(ticket), at=NOON)
    brings(phone)
    assert sorted(Entry.objects.values_list("at", "standing")) == [
        (NOON, "regular"),
        (NOON + timedelta(minutes=5), "double"),
    ]


def test_a_call_that_arrives_after_the_phone_decided_admits_nobody(ticket: Ticket) -> None:
    """The phone gave up waiting, knew they were inside, and refused; then the call arrives."""
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    phone.undoes(phone.let_in[-1], at=NOON + timedelta(minutes=1))
    phone.shows(ticket, token(ticket), Direction.IN, at=NOON + timedelta(minutes=2))
    code = json.loads(phone.log[2])["code"]
    lost = make_attempt(ticket, device=phone.device, code=code)
    gave_up = changed(phone.log[2], instead_of=str(lost.scan_id))
    brings(phone, *phone.log[:2], gave_up)
    scan(lost, at=LATER)
    assert not Entry.objects.standing().exists()
    assert Scan.objects.get(scan_id=lost.own_id).reason == "lost_call"


def test_a_call_whose_answer_was_lost_is_not_counted_twice(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    lost = make_attempt(ticket, device=phone.device)
    scan(lost, at=NOON)
    decided = let_in(phone, ticket)
    brings(phone, changed(phone.log[0], instead_of=str(lost.scan_id)))
    entry = Entry.objects.standing().get()
    assert (entry.scan_id, entry.standing) == (phone.kept_as(decided), Standing.REGULAR)


def test_nobody_voids_a_scan_of_another_phone(ticket: Ticket) -> None:
    """Whoever learns its name first: by a lost call of that name, an entry of their own, or a call."""
    phone, thief = offline_phone(ticket.event), offline_phone(ticket.event, "thief")
    decoy, other = make_ticket(ticket.event), make_ticket(ticket.event)
    for number in range(3):
        let_in(phone, make_ticket(ticket.event), minute=number)
    lost, entry, called = phone.let_in
    let_in(thief, decoy)
    let_in(thief, other)
    brings(
        thief,
        changed(thief.log[0], instead_of=str(lost)),
        changed(thief.log[1], id=str(entry), verdict="blocked"),
    )
    scan(make_attempt(ticket, device=thief.device, scan_id=called), at=NOON)
    brings(phone)
    stands = Entry.objects.standing().filter(device=phone.device, standing=Standing.REGULAR)
    assert set(stands.values_list("scan_id", flat=True)) == {
        phone.kept_as(named) for named in phone.let_in
    }
    assert not DeviceFlag.objects.filter(device=phone.device).exists()


def test_undone_offline_and_undo_arrives_first(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    scan_id = let_in(phone, ticket)
    phone.undoes(scan_id, at=NOON + timedelta(minutes=1))
    brings(phone, phone.log[1])
    brings(phone, phone.log[0])
    entry = Entry.objects.get()
    assert (entry.undone_at, entry.undone_by) == (
        NOON + timedelta(minutes=1),
        phone.device.actor,
    )
    assert scan(make_attempt(ticket), at=LATER).verdict == "admitted"


def test_nobody_undoes_for_another_device(ticket: Ticket) -> None:
    phone, other = offline_phone(ticket.event), offline_phone(ticket.event, "other")
    scan_id = let_in(phone, ticket)
    brings(phone)
    other.let_in.append(scan_id)
    other.undoes(scan_id, at=NOON)
    brings(other)
    assert Entry.objects.standing().count() == 1
    assert flaws() == [("foreign", 1)]


def test_blocked_before_they_went_in_is_a_doubt_blocked_after_is_none() -> None:
    event = make_event(make_organizer())
    before, after, again = (make_ticket(event) for _ in range(3))
    phone = offline_phone(event)
    block(before, reason="stolen", actor="user:7", at=NOON - timedelta(minutes=1))
    block(again, reason="stolen", actor="user:7", at=NOON - timedelta(minutes=9))
    unblock(again, reason="found", actor="user:7", at=NOON - timedelta(minutes=8))
    for ticket in (before, after, again):
        let_in(phone, ticket)
    block(after, reason="stolen", actor="user:7", at=NOON + timedelta(minutes=1))
    brings(phone)
    assert dict(Scan.objects.values_list("ticket", "doubt")) == {
        before.pk: "blocked",
        after.pk: "",
        again.pk: "",
    }
    assert Entry.objects.standing().count() == 3


def test_refused_as_blocked_though_it_was_free_again() -> None:
    ticket = make_ticket()
    phone = offline_phone(ticket.event)
    block(ticket, reason="stolen", actor="user:7", at=NOON - timedelta(minutes=9))
    unblock(ticket, reason="found", actor="user:7", at=NOON - timedelta(minutes=8))
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], verdict="blocked", reason="blocked"))
    assert Scan.objects.get().doubt == "was_good"


def test_a_forged_code_let_in_by_a_phone_is_a_doubt_without_an_entry(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], code="eyJhbGciOiJub25lIn0.e30."))
    stored = Scan.objects.get()
    assert (stored.ticket, stored.verdict, stored.doubt) == (None, "admitted", "forged")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("same_organizer", [True, False])
def test_another_events_ticket_let_in_by_a_phone(ticket: Ticket, same_organizer: bool) -> None:
    organizer = ticket.event.organizer if same_organizer else make_organizer("Somebody else")
    elsewhere = make_ticket(make_event(organizer))
    phone = offline_phone(ticket.event)
    let_in(phone, elsewhere)
    brings(phone)
    stored = Scan.objects.get()
    assert (stored.ticket, stored.doubt) == (None, "another_event")
    assert not Entry.objects.exists()


# --- a lost phone ---


def test_what_comes_after_revoking_is_kept_aside_until_it_is_taken_in(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    revoke(phone.device, actor="user:7", at=NOON + timedelta(minutes=5))
    assert brings(phone).quarantined
    assert (LogEntry.objects.filter(quarantined=True).count(), Scan.objects.count()) == (1, 0)
    assert take_in(phone.device, at=LATER) == 1
    assert take_in(phone.device, at=LATER) == 0
    assert (Scan.objects.count(), Entry.objects.count()) == (1, 1)
    assert broken() == []


def test_however_much_was_kept_aside_it_is_taken_in() -> None:
    device, _secret = make_device(make_event(make_organizer()))
    revoke(device, actor="user:7", at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO checkin_logentry (device_id, seq, entry_id, kind, prev, hash, text,
                happened_at, within_ms, received_at, quarantined)
            SELECT %(device)s, n, gen_random_uuid(), 'unreadable', '', n, '', %(at)s, 0, %(at)s, true
            FROM generate_series(1, 1200) n
            """,
            {"device": device.pk, "at": NOON},
        )
    assert take_in(device, at=LATER) == 500  # the others follow: nobody waits for a log of 200,000
    assert LogEntry.objects.filter(quarantined=True).count() == 700
    deliver_all(at=LATER)
    assert undelivered() == []
    assert not LogEntry.objects.filter(quarantined=True).exists()


def test_a_log_is_append_only(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone)
    for change in ({"text": "{}"}, {"hash": "0"}, {"seq": 9}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            LogEntry.objects.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LogEntry.objects.all().delete()


def test_modes_and_directions_are_on_record(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    phone.shows(ticket, token(ticket), Direction.OUT, at=NOON + timedelta(minutes=9))
    brings(phone, changed(phone.log[0], mode="kiosk"), phone.log[1])
    recorded = Scan.objects.order_by("happened_at").values_list("mode", "direction", "verdict")
    assert list(recorded) == [(Mode.KIOSK, "in", "admitted"), (Mode.DOOR, "out", "left")]
    assert Entry.objects.get().left_at == NOON + timedelta(minutes=9)


def test_statements_of_an_upload_do_not_grow_with_it(django_assert_max_num_queries: Any) -> None:
    event = make_event(make_organizer())
    phone = offline_phone(event)
    for number in range(40):
        let_in(phone, make_ticket(event), minute=number / 10)
    device = Device.objects.get(pk=phone.device.pk)
    with django_assert_max_num_queries(26):
        upload(device, phone.log, at=LATER)
    assert Entry.objects.count() == 40
