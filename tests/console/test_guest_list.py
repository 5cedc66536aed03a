"""Forty names from a mail: pasted, looked at, corrected, given at once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.models import Order
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.selling import make_event, make_quota, make_variant

pytestmark = pytest.mark.django_db

LIST = "Grace Hopper, grace@example.org\nAda Byron +1\nKurt <kurt@example.org>"


@pytest.fixture
def event(organizer: Organizer) -> Event:
    return make_event(organizer, at=now())


@pytest.fixture
def parkett(event: Event) -> Variant:
    variant = make_variant(event)
    make_quota(event, 5, variant)
    return variant


def sends(desk: Client, event: Event, parkett: Variant, people: str, **more: str) -> str:
    form = {"people": people, "kind": str(parkett.pk), "language": "en"} | more
    address = f"/console/events/event/{event.pk}/guests/list/"
    return desk.post(address, form, follow=True).content.decode()


def button(page: str) -> dict[str, str]:
    """What the button that gives what is shown sends along."""
    return {"give": "1"} | dict(re.findall(r'name="(key|shown)" value="([^"]+)"', page))


def test_it_is_shown_as_it_was_understood_and_then_given_once(
    desk: Client, event: Event, parkett: Variant
) -> None:
    assert 'name="people"' in desk.get(f"/console/events/event/{event.pk}/guests/").content.decode()
    page = sends(desk, event, parkett, LIST)
    assert "4 tickets “Parkett” for 3 guests." in page
    assert "1 of them has no address and is found at the door by name." in page
    assert "Give 4 tickets" in page
    assert Order.objects.count() == 0

    for _click in range(2):
        told = sends(desk, event, parkett, LIST, **button(page))
        assert "3 guests are on the list." in told
    given = Order.objects.order_by("pk").values_list("name", "email")
    assert list(given) == [
        ("Grace Hopper", "grace@example.org"),
        ("Ada Byron", ""),
        ("Kurt", "kurt@example.org"),
    ]
    assert Ticket.objects.count() == 4

    page = sends(desk, event, parkett, "grace hopper, grace@example.org\nMary")
    assert page.count("Was given tickets for this event before.") == 1


def test_a_line_that_is_wrong_stops_all_and_keeps_what_was_typed(
    desk: Client, event: Event, parkett: Variant
) -> None:
    wrong = f"{LIST}\nMary, mary@"
    page = sends(desk, event, parkett, wrong, give="1")
    assert "1 line cannot be taken: it is marked below. Nobody has been given a ticket." in page
    assert page.count('<tr data-is="bad">') == 1
    assert "“mary@” is no e-mail address." in page
    assert f"\n{wrong.replace('<', '&lt;').replace('>', '&gt;')}</textarea>" in page
    assert 'name="give"' not in page
    assert Order.objects.count() == 0


def test_only_what_was_shown_is_given(desk: Client, event: Event, parkett: Variant) -> None:
    page = sends(desk, event, parkett, LIST)
    page = sends(desk, event, parkett, f"{LIST}\nMary", **button(page))
    assert "The list is another one than was shown." in page
    assert "5 tickets “Parkett” for 4 guests." in page
    page = sends(desk, event, parkett, LIST, give="1")
    assert "The list is another one than was shown." in page
    assert Order.objects.count() == 0


def test_more_than_there_are_places_gives_nobody_anything(
    desk: Client, event: Event, parkett: Variant
) -> None:
    long = f"{LIST}\nMary +1"
    page = sends(desk, event, parkett, long, **button(sends(desk, event, parkett, long)))
    assert "“Hall” has 5 places left, and the list takes 6." in page
    assert "Mary +1</textarea>" in page
    again = button(page)
    assert again == button(sends(desk, event, parkett, long, **again))  # one showing, one key
    assert (Order.objects.count(), Ticket.objects.count()) == (0, 0)


def test_lists_that_are_none(desk: Client, event: Event, parkett: Variant) -> None:
    assert "Nobody is in this list." in sends(desk, event, parkett, "Name, Mail")
    many = "\n".join(f"Guest {number}" for number in range(301))
    assert "These are 301 guests. Give at most 300 at once." in sends(desk, event, parkett, many)
    event_over = button(sends(desk, event, parkett, LIST))
    Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED)
    page = sends(desk, event, parkett, LIST, **event_over)
    assert "Tickets can be given while the event is published." in page
    assert Order.objects.count() == 0
