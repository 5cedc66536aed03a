from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.models import Place
from tests.factories.selling import (
    make_event,
    make_member,
    make_quota,
    make_user,
    make_variant,
    make_venue,
)

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def celli(lichtbogen: Organizer) -> Event:
    starts_at = datetime(2090, 3, 19, 19, tzinfo=UTC)  # 20:00 in Berlin
    return make_event(
        lichtbogen,
        slug="celli",
        venue=make_venue(lichtbogen, name="Trockendock", street="Werftstraße 7", postcode="20457"),
        starts_at=starts_at,
        doors_at=starts_at - timedelta(hours=1),
        ends_at=starts_at + timedelta(hours=2),
        summary="Twelve cellos.",
        description="# Hello\n\n<script>alert(1)</script> **bold** [there](https://example.org)",
    )


def read(client: Client, address: str = "/events/celli/", **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_when_where_and_how_much(client: Client, celli: Event) -> None:
    make_variant(celli, "Parkett", price_minor=3800)
    make_variant(celli, "Rang", price_minor=1800)

    page = read(client)

    assert "<title>Zwölf Celli im Trockendock, Sun 19 March, Hamburg" in page
    assert "20:00 start" in page
    assert "19:00 doors" in page
    assert "22:00 end" in page
    assert "Werftstraße 7" in page
    assert "€18.00 – €38.00" in page
    assert "openstreetmap.org/search?query=Werftstra%C3%9Fe%207%2020457%20Hamburg" in page.replace(
        "%20", "%20"
    )


def test_what_the_organizer_wrote_is_words_and_never_code(client: Client, celli: Event) -> None:
    page = read(client)
    assert "<h3>Hello</h3>" in page
    assert "<strong>bold</strong>" in page
    assert '<a href="https://example.org" rel="nofollow noopener">there</a>' in page
    assert "<script>alert" not in page


def test_each_kind_of_ticket_says_whether_it_can_be_had(client: Client, celli: Event) -> None:
    make_variant(celli, "Unlimited", position=1)
    plenty = make_variant(celli, "Plenty", position=2)
    make_quota(celli, 51, plenty)
    some = make_variant(celli, "Some", position=3)
    make_quota(celli, 50, some)
    few = make_variant(celli, "Few", position=4, min_per_order=2, max_per_order=4)
    make_quota(celli, 3, few)
    held = make_variant(celli, "Held", position=5)
    quota = make_quota(celli, 1, held)
    Place.objects.filter(quota=quota).update(
        claimed_until="infinity", claim="11111111-1111-1111-1111-111111111111"
    )
    make_variant(celli, "Later", position=6, sales_from=datetime(2090, 1, 1, 9, tzinfo=UTC))
    make_variant(celli, "Closed", position=7, sales_until=now() - timedelta(days=1))
    make_quota(celli, 1, make_variant(celli, "Pairs", position=8, min_per_order=2))

    page = read(client)

    words = re.findall(r'data-left="(\w+)">([^<]+)<', page)[1:]
    assert words == [
        ("full", "Available"),
        ("full", "Available"),
        ("some", "50 left"),
        ("few", "Last 3"),
        ("none", "All held right now, look again soon"),
        ("later", "On sale from Sun 1 January, 10:00"),
        ("none", "Sales are over"),
        ("none", "1 left, sold only from 2 on"),
    ]
    selects = re.findall(r"<select.*?</select>", page, flags=re.DOTALL)
    assert len(selects) == 4
    assert re.findall(r"<option[^>]*>(\d+)<", selects[3]) == ["0", "2", "3"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(EventState.CANCELLED, "has been called off"), (EventState.COMPLETED, "This event is over")],
)
def test_what_is_over_is_shown_and_not_sold(
    client: Client, celli: Event, state: EventState, words: str
) -> None:
    make_variant(celli)
    Event.objects.update(state=state)

    page = read(client)

    assert words in page
    assert "To checkout" not in page
    assert "<select" not in page
    assert 'data-left="none">Sales are over<' in page


def test_a_draft_is_for_its_team_and_is_not_kept(
    client: Client, lichtbogen: Organizer, celli: Event
) -> None:
    Event.objects.update(state=EventState.DRAFT)
    stranger, owner = Client(), Client()
    stranger.force_login(make_user())
    owner.force_login(make_member(lichtbogen, Role.OWNER))

    assert "This is a preview" in read(owner)
    assert client.get("/events/celli/").status_code == 404
    assert stranger.get("/events/celli/").status_code == 404


def test_the_page_speaks_german(client: Client, celli: Event) -> None:
    make_variant(celli)
    page = read(client, **GERMAN)
    assert '<html lang="de"' in page
    assert "So, 19. März" in page
    assert "38,00\xa0€" in page


def test_search_engines_read_the_same(client: Client, celli: Event) -> None:
    Event.objects.update(title="</script><b>Celli & more")
    make_variant(celli, price_minor=3800)

    page = read(client)

    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(script)
    assert data["name"] == "</script><b>Celli & more"
    assert data["startDate"] == "2090-03-19T20:00:00+01:00"
    assert data["location"]["address"]["addressLocality"] == "Hamburg"
    assert data["offers"] == [
        {
            "@type": "Offer",
            "name": "Parkett",
            "price": "38.00",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "url": "http://testserver/events/celli/",
        }
    ]
    assert '<meta property="og:url" content="http://testserver/events/celli/">' in page
    assert '<link rel="canonical" href="http://testserver/events/celli/">' in page


def test_nothing_on_the_page_needs_an_unsafe_policy(client: Client, celli: Event) -> None:
    make_variant(celli)
    response = client.get("/events/celli/")
    page, policy = response.content.decode(), response.headers["Content-Security-Policy"]

    (style,) = re.findall(r"<style>(.*?)</style>", page)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*(src=|ld\+json))", page)
    assert not re.search(r"\son\w+=", page)
    assert "csrf" not in page
