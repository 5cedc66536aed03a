from __future__ import annotations

from datetime import timedelta

import pytest

from apps.checkin.models import Direction, DoorSettings, EntryRule
from apps.checkin.selectors import Counts, count
from apps.checkin.services.scan import scan
from tests.factories.door import make_attempt, make_gate, make_ticket
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


def test_who_left_is_not_inside_and_who_came_three_times_is_inside_once() -> None:
    ticket = make_ticket()
    gate = make_gate(ticket.event)
    DoorSettings.objects.create(event=ticket.event, entry_rule=EntryRule.WITH_EXIT)
    for minute in range(5):
        direction = Direction.OUT if minute % 2 else Direction.IN
        at = NOON + timedelta(minutes=minute)
        scan(make_attempt(ticket, gate=gate, direction=direction), at=at)
    assert count(ticket.event) == Counts(1, 1, {gate.pk: 1})
    scan(make_attempt(ticket, gate=gate, direction=Direction.OUT), at=NOON + timedelta(minutes=5))
    assert count(ticket.event) == Counts(0, 1, {})
