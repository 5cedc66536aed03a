"""An organizer puts an event on sale and sees the sale."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.factories.selling import make_member, make_organizer, make_payable, make_venue

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
    for variant in (parkett, rang):
        client.post(
            f"/console/events/event/{event.pk}/sale/", {"variant": variant.pk, "wish": "live"}
        )
    assert set(Variant.objects.values_list("state", flat=True)) == {VariantState.LIVE}
    client.post(f"/console/events/event/{event.pk}/publication/")
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED
