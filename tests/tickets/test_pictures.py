from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import override_settings

from apps.events.models import Event
from apps.tickets import keys, pictures
from apps.tickets.models import Ticket
from tests.factories.selling import NOON


def make_ticket(reference: str = "4Q7KM2XD9A0B", *, version: int = 1, days: int = 10) -> Ticket:
    event = Event(pk=3, ends_at=NOON + timedelta(days=days))
    return Ticket(reference=reference, event=event, variant_id=5, version=version, issued_at=NOON)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_code_is_drawn_once() -> None:
    first = pictures.svg(make_ticket())
    assert first.startswith("<svg ")
    assert pictures.svg(make_ticket()) == first  # signing again would draw another one


def test_what_makes_another_code_makes_another_picture() -> None:
    tickets = [make_ticket(), make_ticket("OTHER"), make_ticket(version=2), make_ticket(days=900)]
    drawn = [pictures.svg(ticket) for ticket in tickets]
    with override_settings(TICKET_SIGNING_KEYS=keys.new_pem()):
        drawn.append(pictures.svg(make_ticket()))
    assert len(set(drawn)) == 5


@pytest.mark.usefixtures("redis_away")
def test_without_redis_it_is_drawn_all_the_same() -> None:
    assert pictures.svg(make_ticket()).startswith("<svg ")
