from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.states import OrganizerState
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.states import VariantState
from tests.factories.selling import make_event, make_organizer, make_variant, make_venue


def titles(client: Client, address: str = "/") -> list[str]:
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    heading = re.compile(r'<h[23][^>]*lang="[a-z]+"[^>]*>(?:<a[^>]*>)?([^<]+)<')
    return heading.findall(page)


def make(
    organizer: Organizer, title: str, *, days: int, city: str = "Hamburg", **fields: Any
) -> Event:
    starts_at = now() + timedelta(days=days)
    venue = make_venue(organizer, city=city)
    ends_at = starts_at + timedelta(hours=2)
    return make_event(
        organizer, title=title, venue=venue, starts_at=starts_at, ends_at=ends_at, **fields
    )


def test_what_is_to_come_stands_there_soonest_first(client: Client, lichtbogen: Organizer) -> None:
    make(lichtbogen, "Third", days=30)
    make(lichtbogen, "First", days=1)
    make(lichtbogen, "Second", days=2)
    make(lichtbogen, "Past", days=-2)
    make(lichtbogen, "Draft", days=3, state=EventState.DRAFT)
    make(lichtbogen, "Called off", days=3, state=EventState.CANCELLED)
    make(make_organizer(state=OrganizerState.APPLIED), "Not approved", days=3)

    assert titles(client) == ["First", "Second", "Third"]


def test_every_word_of_a_search_must_fit_somewhere(client: Client, lichtbogen: Organizer) -> None:
    make(lichtbogen, "Low Tide", days=1, city="Berlin")
    make(lichtbogen, "High Tide", days=2, city="Hamburg")
    make(lichtbogen, "Silo", days=3, summary="At low tide only", city="Hamburg")

    assert titles(client, "/?q=tide") == ["Low Tide", "High Tide", "Silo"]
    assert titles(client, "/?q=TIDE+hamburg") == ["High Tide", "Silo"]
    assert titles(client, "/?q=lichtbogen+low") == ["Low Tide", "Silo"]
    assert titles(client, "/?city=Berlin") == ["Low Tide"]
    assert titles(client, "/?city=Berlin&q=silo") == []


def test_accents_are_not_needed_and_not_in_the_way(client: Client, lichtbogen: Organizer) -> None:
    make(lichtbogen, "Zwölf Celli", days=1, city="Köln")

    for typed in ("zwolf", "Zwölf", "koln+celli", "cèlli"):
        assert titles(client, f"/?q={typed}") == ["Zwölf Celli"]
    assert titles(client, "/?q=zwoelf") == []


def test_what_was_searched_comes_back_escaped(client: Client, lichtbogen: Organizer) -> None:
    page = client.get("/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "Nothing found" in page


def test_long_lists_have_pages(client: Client, lichtbogen: Organizer) -> None:
    for day in range(1, 27):
        make(lichtbogen, f"Evening {day}", days=day)

    assert titles(client)[-1] == "Evening 24"
    assert titles(client, "/?page=2") == ["Evening 25", "Evening 26"]
    assert titles(client, "/?page=nonsense")[0] == "Evening 1"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "Available"),
        ({"state": VariantState.SOLD_OUT}, "Sold out"),
        ({"sales_from": now() + timedelta(hours=1)}, "On sale soon"),
        ({"sales_until": now() - timedelta(hours=1)}, "Not on sale"),
    ],
)
def test_each_row_says_how_it_stands(
    client: Client, lichtbogen: Organizer, fields: dict[str, Any], word: str
) -> None:
    make(lichtbogen, "First", days=1)
    make_variant(make(lichtbogen, "Second", days=2), price_minor=2400, **fields)

    page = client.get("/").content.decode()
    assert f">{word}</span>" in page
    assert "€24.00" in page


def test_no_page_asks_more_with_more_events(
    client: Client, lichtbogen: Organizer, django_assert_num_queries: Any
) -> None:
    for day in range(1, 8):
        make_variant(make(lichtbogen, f"Evening {day}", days=day))

    with django_assert_num_queries(4):
        assert client.get("/").status_code == 200
