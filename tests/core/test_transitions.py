from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition, LostRace, move
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState
from tests.factories.door import make_ticket

pytestmark = pytest.mark.django_db


def test_who_lost_the_race_changes_nothing_and_leaves_no_trace() -> None:
    ticket = make_ticket()
    stale = Ticket.objects.get(pk=ticket.pk)
    move(ticket, TicketState.BLOCKED, actor="user:1", at=now(), reason="stolen")

    with pytest.raises(LostRace):
        move(stale, TicketState.REFUNDED, actor="user:2", at=now(), version=7)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.version) == (TicketState.BLOCKED, 1)
    assert (stale.state, stale.version) == (TicketState.VALID, 1)
    traces = StateChange.objects.filter(subject="tickets.ticket", subject_id=ticket.pk)
    assert [(t.source, t.target, t.actor, t.reason) for t in traces] == [
        ("valid", "blocked", "user:1", "stolen")
    ]


def test_what_the_table_does_not_allow_is_not_tried() -> None:
    ticket = make_ticket()
    move(ticket, TicketState.REFUNDED, actor="user:1", at=now())
    with pytest.raises(IllegalTransition):
        move(ticket, TicketState.VALID, actor="user:1", at=now())
    assert StateChange.objects.filter(subject_id=ticket.pk).count() == 1
