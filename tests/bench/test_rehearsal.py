"""The rehearsal of `make bench`, with few people."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from pytest_django.live_server_helper import LiveServer

from apps.accounts.roles import Role
from apps.checkin.models import Gate
from apps.checkin.services.gates import save_gate
from bench.rehearsal import Crowd, rehearse, report
from tests.chromium import Chromium
from tests.factories.door import make_ticket
from tests.factories.selling import make_event, make_member, make_organizer, make_variant

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_phones_in_a_cellar_and_the_organizer_sees_exactly_what_happened(
    chromium: Chromium, live_server: LiveServer
) -> None:
    event = make_event(make_organizer(), at=now())
    owner = make_member(event.organizer, Role.OWNER)
    north, south = Gate(event=event, name="North"), Gate(event=event, name="South")
    for gate in (north, south):
        save_gate(gate, at=now())
    variant = make_variant(event)
    tickets = [make_ticket(event, variant=variant) for _ in range(36)]
    crowd = Crowd(event, (north, south), tickets[:30], tickets[30:33], tickets[33:])
    origin = live_server.url.replace("127.0.0.1", "localhost")
    nights = rehearse(chromium.playwright, origin, crowd, user=owner)
    assert [night.shown.total() for night in nights] == [25, 25]
    assert len(list(report(nights))) == 2
