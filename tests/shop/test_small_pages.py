from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import Organizer
from apps.accounts.states import OrganizerState
from apps.events.states import EventState
from tests.factories.selling import make_event


def test_an_organizer_shows_what_comes_and_what_was(client: Client, lichtbogen: Organizer) -> None:
    make_event(lichtbogen, at=now(), title="To come")
    long_ago = now() - timedelta(days=90)
    make_event(lichtbogen, at=long_ago, title="Long ago", state=EventState.COMPLETED)
    make_event(lichtbogen, at=now(), title="Secret", state=EventState.DRAFT)

    page = client.get("/organizers/lichtbogen/").content.decode()

    assert page.index("To come") < page.index("Before") < page.index("Long ago")
    assert "Secret" not in page


def test_legal_texts_are_the_organizers(client: Client, lichtbogen: Organizer) -> None:
    assert b"Ensemble Lichtbogen e. V." in client.get("/organizers/lichtbogen/imprint/").content
    terms = client.get("/organizers/lichtbogen/terms/").content
    assert b"Be kind." in terms
    assert b"Version 1." in terms
    assert (
        b"has not written this down yet" in client.get("/organizers/lichtbogen/withdrawal/").content
    )


def test_who_is_not_approved_has_no_pages(client: Client, lichtbogen: Organizer) -> None:
    Organizer.objects.update(state=OrganizerState.SUSPENDED)
    assert client.get("/organizers/lichtbogen/").status_code == 404
    assert client.get("/organizers/lichtbogen/imprint/").status_code == 404


@pytest.mark.parametrize("page", ["imprint", "privacy", "help", "accessibility"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_platform_has_its_own_pages(client: Client, db: None, page: str, language: str) -> None:
    response = client.get(f"/{page}/", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


def test_robots_and_sitemap(client: Client, lichtbogen: Organizer) -> None:
    make_event(lichtbogen, at=now(), slug="to-come")
    make_event(lichtbogen, at=now(), slug="secret", state=EventState.DRAFT)

    robots = client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap.xml").content.decode()

    assert "Disallow: /orders/\n" in robots
    assert robots.endswith("Sitemap: http://testserver/sitemap.xml\n")
    assert "<loc>http://testserver/events/to-come/</loc>" in sitemap
    assert "<loc>http://testserver/organizers/lichtbogen/</loc>" in sitemap
    assert "secret" not in sitemap


def test_whoever_asks_for_an_icon_gets_it_and_keeps_it(client: Client) -> None:
    icon = client.get("/favicon.ico")
    assert icon.content.startswith(b"\0\0\1\0\3\0")  # an icon in three sizes
    assert (icon["Content-Type"], icon["Cache-Control"]) == (
        "image/x-icon",
        "public, max-age=2592000",
    )
    assert not icon.cookies


def test_a_language_once_chosen_stays(client: Client, lichtbogen: Organizer) -> None:
    chosen = client.post(
        "/language/", {"language": "de"}, headers={"Referer": "http://testserver/help/"}
    )

    assert chosen.headers["Location"] == "http://testserver/help/"
    assert '<html lang="de"' in client.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_languages_lead_nowhere_else(client: Client, lichtbogen: Organizer) -> None:
    away = client.post(
        "/language/?next=https://evil.example/", {"language": "de", "next": "https://evil.example/"}
    )
    assert away.headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/nothing/", "/events/nothing/", "/organizers/nothing/"])
def test_what_does_not_exist_says_so_in_the_look(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"Nothing here" in response.content
    assert b"parterre.css" in response.content


def test_an_uploaded_poster_takes_the_place_of_the_drawn_one(
    client: Client, lichtbogen: Organizer, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    event = make_event(lichtbogen, at=now())
    drawn = client.get("/").content.decode()
    event.poster.save("celli.png", ContentFile(b"\x89PNG"))
    page = client.get(f"/events/{event.slug}/").content.decode()

    assert "<img" not in drawn
    assert f'<img src="{event.poster.url}" alt=""' in page
    assert f'<meta property="og:image" content="http://testserver{event.poster.url}">' in page
