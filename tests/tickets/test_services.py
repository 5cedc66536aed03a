from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition, LostRace
from apps.outbox.models import Message
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock
from apps.tickets.services.issue import TicketWish, issue
from apps.tickets.services.refund import refund_tickets
from apps.tickets.services.reissue import reissue
from apps.tickets.states import TicketState
from tests.factories.selling import NOON, make_event, make_organizer, make_variant

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def tickets() -> list[Ticket]:
    event = make_event(make_organizer())
    floor = make_variant(event, "Parkett", access_level="Saal")
    wishes = [
        TicketWish(floor, holder_name="Mira"),
        TicketWish(floor, place_label="Row 9, seat 15"),
    ]
    return issue(event=event, wanted=wishes, at=NOON)


def changes(ticket: Ticket) -> list[str]:
    messages = Message.objects.filter(topic="ticket.changed", payload__id=ticket.pk).order_by("pk")
    return [message.payload["change"] for message in messages]


def trace(ticket: Ticket) -> list[tuple[str, str, str, str]]:
    rows = StateChange.objects.filter(subject="tickets.ticket", subject_id=ticket.pk).order_by("pk")
    return [(row.source, row.target, row.actor, row.reason) for row in rows]


def test_issue_makes_one_ticket_per_wish_with_one_statement(django_assert_num_queries: Any) -> None:
    event = make_event(make_organizer())
    floor = make_variant(event, "Parkett", access_level="Saal")
    wishes = [TicketWish(floor, holder_name=f"Guest {n}") for n in range(10)]
    with transaction.atomic(), django_assert_num_queries(1):
        tickets = issue(event=event, wanted=wishes, at=NOON)
    stored = Ticket.objects.order_by("pk")
    assert [t.holder_name for t in stored] == [f"Guest {n}" for n in range(10)]
    assert {(t.access_level, t.state, t.version, t.issued_at) for t in stored} == {
        ("Saal", TicketState.VALID, 1, NOON)
    }
    assert len({t.reference for t in tickets}) == 10
    assert {len(t.reference) for t in tickets} == {12}


def test_a_reference_is_spoken_in_groups(tickets: list[Ticket]) -> None:
    tickets[0].reference = "4Q7KM2XD9A0B"
    assert tickets[0].spoken_reference == "4Q7K-M2XD-9A0B"


def test_block_and_unblock_leave_a_trace_and_tell(tickets: list[Ticket]) -> None:
    block(tickets[0], reason="reported stolen", actor="user:7", at=LATER)
    unblock(tickets[0], reason="found again", actor="user:8", at=LATER)
    assert trace(tickets[0]) == [
        ("valid", "blocked", "user:7", "reported stolen"),
        ("blocked", "valid", "user:8", "found again"),
    ]
    assert changes(tickets[0]) == ["blocked", "unblocked"]
    assert changes(tickets[1]) == []


def test_refunding_several_is_all_or_nothing(tickets: list[Ticket]) -> None:
    refund_tickets([tickets[1]], actor="system", at=LATER)
    with pytest.raises(IllegalTransition):
        refund_tickets(tickets, actor="system", at=LATER)
    states = list(Ticket.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["valid", "refunded"]
    assert (changes(tickets[0]), changes(tickets[1])) == ([], ["refunded"])


def test_several_are_refunded_in_the_order_in_which_doors_lock_them(tickets: list[Ticket]) -> None:
    refund_tickets(tickets[::-1], actor="system", at=LATER)
    refunded = StateChange.objects.order_by("pk").values_list("subject_id", flat=True)
    assert list(refunded) == [tickets[0].pk, tickets[1].pk]


VERBS: dict[str, Callable[[Ticket], None]] = {
    "block": lambda ticket: block(ticket, reason="", actor="system", at=LATER),
    "unblock": lambda ticket: unblock(ticket, reason="", actor="system", at=LATER),
    "refund": lambda ticket: refund_tickets([ticket], actor="system", at=LATER),
}


@pytest.mark.parametrize("ended", [TicketState.REFUNDED, TicketState.TRANSFERRED])
@pytest.mark.parametrize("verb", VERBS)
def test_a_ticket_that_ended_stays_ended(
    tickets: list[Ticket], ended: TicketState, verb: str
) -> None:
    Ticket.objects.filter(pk=tickets[0].pk).update(state=ended)
    ticket = Ticket.objects.get(pk=tickets[0].pk)
    with pytest.raises(IllegalTransition):
        VERBS[verb](ticket)
    assert Ticket.objects.get(pk=ticket.pk).state == ended
    assert (trace(ticket), changes(ticket)) == ([], [])


def test_reissue_raises_the_version_once(tickets: list[Ticket]) -> None:
    same_row = Ticket.objects.get(pk=tickets[0].pk)
    reissue(tickets[0], reason="code was shown on TV", actor="user:7", at=LATER)
    with pytest.raises(LostRace):
        reissue(same_row, reason="again", actor="user:8", at=LATER)
    assert Ticket.objects.get(pk=tickets[0].pk).version == tickets[0].version == 2
    assert changes(tickets[0]) == ["reissued"]


def test_a_refunded_ticket_gets_no_new_code(tickets: list[Ticket]) -> None:
    refund_tickets(tickets[:1], actor="system", at=LATER)
    with pytest.raises(LostRace):
        reissue(tickets[0], reason="", actor="user:7", at=LATER)
    assert Ticket.objects.get(pk=tickets[0].pk).version == 1
