"""An organizer puts an event on sale and sees the sale."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.services.refused import Refused
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.clock import shift_claims_clock
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
    make_venue,
)
from tests.factories.world import buy, order_of

pytestmark = pytest.mark.django_db


def event_form(**fields: str) -> dict[str, str]:
    return {
        "title": "Zwölf Celli im Trockendock",
        "summary": "",
        "description": "",
        "colour": "",
        "language": "de",
        "slug": "",
        "timezone": "Europe/Berlin",
        "doors_at": "",
        "starts_at": "2031-03-21T20:00",
        "ends_at": "2031-03-21T22:30",
        "currency": "EUR",
        "max_attendees": "",
        **no_rows("variants"),
        **no_rows("quotas"),
        **no_rows("gates"),
        "_save": "Save",
    } | fields


def no_rows(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def variant_row(number: int, **fields: str) -> dict[str, str]:
    row = {
        "name": "Parkett",
        "price": "38.00",
        "tax_rate": "7",
        "places": "",
        "description": "",
        "sales_from": "",
        "sales_until": "",
        "min_per_order": "1",
        "max_per_order": "10",
        "access_level": "",
        "position": "0",
    }
    return {f"variants-{number}-{name}": value for name, value in (row | fields).items()}


def test_from_an_empty_form_to_the_sale_on_the_overview(client: Client) -> None:
    organizer = make_organizer()
    make_payable(organizer)
    venue = make_venue(organizer)
    client.force_login(make_member(organizer, Role.ADMIN))

    form = event_form(organizer=str(organizer.pk), venue=str(venue.pk), max_attendees="500")
    form |= variant_row(0, places="400") | variant_row(1, name="Rang", price="28", places="200")
    form["variants-TOTAL_FORMS"] = "2"
    response = client.post("/console/events/event/add/", form)
    event = Event.objects.get()
    assert response.headers["Location"] == f"/console/events/event/{event.pk}/overview/"
    assert event.starts_at.isoformat() == "2031-03-21T19:00:00+00:00"
    assert event.slug == "zwoelf-celli-im-trockendock"
    quotas = {q.name: (q.capacity, q.is_event_cap) for q in event.quotas.all()}
    assert quotas == {
        "Parkett": (400, False),
        "Rang": (200, False),
        "Zwölf Celli im Trockendock": (500, True),
    }
    parkett, rang = event.variants.all()
    assert (parkett.price_minor, rang.price_minor) == (3800, 2800)
    assert {q.name for q in parkett.quotas.all()} == {"Parkett", "Zwölf Celli im Trockendock"}

    page = client.get(f"/console/events/event/{event.pk}/overview/")
    assert "At least one variant is on sale." in page.content.decode()
    refused = client.post(f"/console/events/event/{event.pk}/publication/", follow=True)
    assert "Still missing: At least one variant is on sale." in refused.content.decode()


def test_variants_go_on_sale_the_event_goes_public_and_sells(client: Client) -> None:
    organizer = make_organizer()
    make_payable(organizer)
    event = make_event(organizer, state=EventState.DRAFT, starts_at=now() + timedelta(days=9))
    parkett = make_variant(event, state=VariantState.DRAFT)
    rang = make_variant(event, "Rang", state=VariantState.DRAFT)
    make_quota(event, 500, parkett, rang)
    client.force_login(make_member(organizer, Role.ADMIN))
    for variant in (parkett, rang):
        client.post(
            f"/console/events/event/{event.pk}/sale/", {"variant": variant.pk, "wish": "live"}
        )
    assert set(Variant.objects.values_list("state", flat=True)) == {VariantState.LIVE}
    client.post(f"/console/events/event/{event.pk}/publication/")
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED

    order, _payment = buy(event, parkett, 2, at=now())
    shown = client.get(f"/console/events/event/{event.pk}/overview/").content.decode()
    assert order.reference in shown
    assert "of 500, 498 left" in shown
    assert "€76.00" in shown
    assert order.reference in client.get("/console/").content.decode()

    make_quota(event, 100, rang, name="Balcony")
    order_of(event, rang, 3, at=now())  # each draws from two quotas
    overview, dashboard = f"/console/events/event/{event.pk}/overview/", "/console/"
    for url in (overview, dashboard):
        assert "of 500, 3 held now, 495 left" in client.get(url).content.decode()
    shift_claims_clock(timedelta(minutes=30))  # and no worker runs
    for url in (overview, dashboard):
        assert "of 500, 498 left" in client.get(url).content.decode()


def test_the_overview_counts_by_itself(client: Client) -> None:
    event = make_event(make_organizer())
    client.force_login(make_member(event.organizer, Role.STAFF))
    part = client.get(f"/console/events/event/{event.pk}/overview/live/").content.decode()
    assert part.strip().startswith('<div id="live"')
    assert "still to come" in part
    assert "<html" not in part
    assert "Money" not in part  # door staff see the door


def test_a_called_off_event_sells_nothing_and_says_what_is_left_to_do(client: Client) -> None:
    event = make_event(make_organizer(), at=now())
    variant = make_variant(event)
    client.force_login(make_member(event.organizer, Role.ADMIN))
    page = f"/console/events/event/{event.pk}"
    client.post(f"{page}/calling-off/", {"reason": "ill"})
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED  # nobody was sure
    client.post(f"{page}/calling-off/", {"reason": "ill", "sure": "on"})
    event.refresh_from_db()
    assert event.state == EventState.CANCELLED
    shown = client.get(f"{page}/overview/").content.decode()
    assert "nobody can buy tickets any more, and the money goes back" in shown
    with pytest.raises(Refused):
        buy(event, variant, 1, at=now())


def test_times_are_those_of_the_place(client: Client) -> None:
    organizer = make_organizer()
    venue = make_venue(organizer)
    client.force_login(make_member(organizer, Role.ADMIN))
    form = event_form(organizer=str(organizer.pk), venue=str(venue.pk), timezone="America/Lima")
    client.post("/console/events/event/add/", form)
    event = Event.objects.get()
    assert event.starts_at.isoformat() == "2031-03-22T01:00:00+00:00"
    change = client.get(f"/console/events/event/{event.pk}/change/").content.decode()
    assert 'value="2031-03-21T20:00"' in change
    wrong = event_form(organizer=str(organizer.pk), venue=str(venue.pk), ends_at="2031-03-21T19:00")
    assert (
        "The end is after the start."
        in client.post("/console/events/event/add/", wrong).content.decode()
    )
