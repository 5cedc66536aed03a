"""What can be wrong with a phone's log: it is shown, and nothing is lost."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest

from apps.checkin.log_text import FIRST_PREV, SEQ_MAX, hash_of
from apps.checkin.models import (
    DeviceFlag,
    Direction,
    DoorSettings,
    Entry,
    EntryRule,
    LogEntry,
    Scan,
    Standing,
)
from apps.checkin.services.look import policy_of
from apps.checkin.services.retell import retell
from apps.checkin.services.scan import scan
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.cellar import LATER, brings, broken, changed, flaws, let_in, offline_phone
from tests.factories.door import make_attempt, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer

pytestmark = pytest.mark.django_db


def test_two_entries_of_one_number_are_a_fork_and_both_are_kept(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone)
    other = changed(phone.log[0], verdict="already_used")
    received = brings(phone, other)
    assert received.refused == [{"seq": 1, "why": "fork"}]
    assert [(flag.flaw, flag.detail) for flag in DeviceFlag.objects.all()] == [("fork", other)]
    assert Scan.objects.get().verdict == "admitted"


@pytest.mark.parametrize("first", [0, 1])
def test_whom_both_sides_of_a_fork_let_in_is_inside(first: int) -> None:
    """In whatever order they come; both are kept, and the log goes on from either."""
    event = make_event(make_organizer())
    phone, twin = offline_phone(event), offline_phone(event, "twin")
    twin.device = phone.device  # the same log, brought back from a copy of the phone
    for one in (phone, twin):
        let_in(one, make_ticket(event))
    let_in(twin, make_ticket(event), minute=1)
    sides = (phone.log, twin.log)
    for side in (sides[first], sides[1 - first]):
        assert brings(phone, *side).refused == []
    assert Entry.objects.filter(standing=Standing.REGULAR).count() == 3
    assert LogEntry.objects.count() == 3
    assert flaws() == [("fork", 1)]
    third = changed(phone.log[0], id=str(uuid.uuid4()), words="third")
    assert brings(phone, third).refused == [{"seq": 1, "why": "fork"}]


def test_an_entry_that_does_not_follow_from_the_one_before(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    phone.undoes(phone.let_in[-1], at=NOON)
    brings(phone, phone.log[0], changed(phone.log[1], prev=FIRST_PREV))
    assert flaws() == [("broken_chain", 2)]


def test_beyond_a_gap_it_is_looked_at_all_the_same(ticket: Ticket) -> None:
    """Whoever never sends the first entry is not spared a look at the others."""
    phone = offline_phone(ticket.event)
    for minute in range(5):
        phone.shows(ticket, token(ticket), Direction.IN, at=NOON + timedelta(minutes=minute))
    brings(phone, phone.log[4])
    brings(phone, changed(phone.log[3], words="changed"), changed(phone.log[2], offset=10**8))
    assert flaws() == [("clock", 3), ("broken_chain", 4), ("clock", 4), ("broken_chain", 5)]


def test_a_log_has_an_end(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    last, beyond = changed(phone.log[0], seq=SEQ_MAX), changed(phone.log[0], seq=SEQ_MAX + 1)
    assert brings(phone, last, beyond).refused == [{"seq": 0, "why": "unreadable"}]
    assert LogEntry.objects.get().seq == SEQ_MAX


def test_one_id_under_two_numbers_is_taken_once(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    again = changed(phone.log[0], seq=2, prev=hash_of(phone.log[0]))
    third = changed(phone.log[0], seq=3, prev=hash_of(again), id=str(uuid.uuid4()))
    received = brings(phone, phone.log[0], again, third)
    assert (received.refused, received.head) == ([], 3)  # nothing waits at the phone for ever
    assert flaws() == [("unreadable", 2)]
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"seq": 1}',
        "1e400",
        '{"seq":1,"v":1,"code":"\\u0000"}',
        "[" * 3000,
        "9" * 5000,
    ],
)
def test_what_cannot_be_read_is_kept_and_shown(ticket: Ticket, text: str) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, text)
    brings(phone, text)
    assert [flaw for flaw, _seq in flaws()] == ["unreadable"]
    brings(phone)
    assert LogEntry.objects.exclude(kind="unreadable").count() == 1  # and hides no good one
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "words", [{"verdict": "left"}, {"direction": "out"}, {"direction": "both"}]
)
def test_nobody_is_admitted_on_the_way_out(ticket: Ticket, words: dict[str, str]) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], **words))
    assert flaws() == [("unreadable", 1)]
    assert not Entry.objects.exists()
    assert broken() == []


def test_nothing_replaces_itself(ticket: Ticket) -> None:
    """It would let somebody in and count nobody."""
    phone = offline_phone(ticket.event)
    scan_id = let_in(phone, ticket)
    brings(phone, changed(phone.log[0], instead_of=str(scan_id)))
    assert flaws() == [("unreadable", 1)]
    assert not Entry.objects.exists()


@pytest.mark.parametrize("field", ["at", "offset", "within", "seq", "gate"])
@pytest.mark.parametrize("value", [-1, 2**63, 2**200, 1.5, "x", None, True, [], {}])
def test_no_number_breaks_an_upload(ticket: Ticket, field: str, value: object) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], **{field: value}))
    assert broken() == []


def test_a_clock_that_cannot_be_right_is_shown(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    hours = 3600 * 1000
    offset = json.loads(phone.log[0])["offset"]
    brings(phone, changed(phone.log[0], offset=offset + hours))
    assert flaws() == [("clock", 1)]
    early = offline_phone(ticket.event, "early")
    let_in(early, ticket)
    brings(early, changed(early.log[0], offset=offset - 30 * hours))
    assert flaws() == [("clock", 1), ("clock", 1)]


def test_it_claims_an_answer_that_was_never_given(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    brings(phone, changed(phone.log[0], by="server"))
    assert flaws() == [("contradiction", 1)]
    assert Entry.objects.count() == 1  # somebody went in all the same


def test_it_claims_another_answer_than_was_given(ticket: Ticket) -> None:
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    online = make_attempt(ticket, device=phone.device)
    scan(online, at=NOON)
    brings(phone, changed(phone.log[0], by="server", id=str(online.scan_id), verdict="blocked"))
    assert flaws() == [("contradiction", 1)]
    assert Entry.objects.standing().count() == 1


@pytest.mark.parametrize("within", [0, 6 * 24 * 3600 * 1000])
def test_a_wrong_clock_does_not_reorder_what_others_saw(ticket: Ticket, within: int) -> None:
    """An hour ahead it let them in; then they left and came back, right on other phones' screens."""
    DoorSettings.objects.create(event=ticket.event, entry_rule=EntryRule.WITH_EXIT)
    phone = offline_phone(ticket.event)
    let_in(phone, ticket)
    offset = json.loads(phone.log[0])["offset"] + 3600 * 1000
    brings(phone, changed(phone.log[0], offset=offset, within=within))
    assert flaws() == [("clock", 1)]
    out = make_attempt(ticket, direction=Direction.OUT)
    assert scan(out, at=LATER + timedelta(minutes=1)).verdict == "left"
    assert scan(make_attempt(ticket), at=LATER + timedelta(minutes=2)).verdict == "admitted"
    retell([ticket.pk], policy_of(ticket.event))
    entries = Entry.objects.order_by("at").values_list("at", "standing", "left_at")
    assert list(entries) == [
        (LATER, "regular", LATER + timedelta(minutes=1)),
        (LATER + timedelta(minutes=2), "regular", None),
    ]
