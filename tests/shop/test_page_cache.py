from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.shop.page_cache import FRESH_SECONDS, kept_whole
from tests.factories.selling import make_event, make_user, make_variant


@pytest.fixture
def event(lichtbogen: Organizer) -> Event:
    event = make_event(lichtbogen, at=now(), slug="celli")
    make_variant(event)
    return event


def test_a_warm_page_asks_the_database_nothing(
    event: Event, django_assert_num_queries: Any
) -> None:
    cold = Client().get("/events/celli/")
    with django_assert_num_queries(0):
        warm = Client().get("/events/celli/")

    assert warm.content == cold.content
    assert warm.headers["Content-Security-Policy"] == cold.headers["Content-Security-Policy"]
    assert warm.headers["Cache-Control"] == f"public, max-age=0, s-maxage={FRESH_SECONDS}"
    assert not warm.cookies


def test_everybody_gets_the_same_bytes(event: Event) -> None:
    signed_in = Client()
    signed_in.force_login(make_user("ada@example.org"))

    assert signed_in.get("/events/celli/").content == Client().get("/events/celli/").content


def test_languages_are_kept_apart(event: Event) -> None:
    english = Client().get("/events/celli/", headers={"Accept-Language": "en"})
    german = Client().get("/events/celli/", headers={"Accept-Language": "de"})

    assert english.content != german.content
    assert "Accept-Language" in german.headers["Vary"]


def test_a_change_shows_after_two_seconds(event: Event) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        assert b"Celli" in Client().get("/events/celli/").content
        Event.objects.update(title="Horns")
        assert b"Horns" not in Client().get("/events/celli/").content

        clock.shift(timedelta(seconds=FRESH_SECONDS))
        assert b"Horns" in Client().get("/events/celli/").content


def test_while_one_makes_it_anew_the_others_get_the_old_one(rf: RequestFactory) -> None:
    seen: list[bytes] = []

    @kept_whole()
    def page(_request: HttpRequest) -> HttpResponse:
        if len(made) == 1:
            seen.append(page(rf.get("/")).content)  # somebody else, in the middle of it
        made.append(1)
        return HttpResponse(f"made {len(made)}")

    made: list[int] = []
    with time_machine.travel(now(), tick=False) as clock:
        answers = []
        for _ in range(3):
            answers.append(page(rf.get("/")).content)
            clock.shift(timedelta(seconds=FRESH_SECONDS))

    assert answers == [b"made 1", b"made 2", b"made 3"]
    assert seen == [b"made 1"]


def test_who_has_it_already_gets_it_unsent_and_others_zipped(event: Event) -> None:
    plain = Client().get("/events/celli/")
    again = Client().get("/events/celli/", headers={"If-None-Match": plain.headers["ETag"]})
    zipped = Client().get("/events/celli/", headers={"Accept-Encoding": "br, gzip"})

    assert (again.status_code, again.content) == (304, b"")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content


def test_what_is_not_found_is_not_kept(lichtbogen: Organizer) -> None:
    assert Client().get("/events/celli/").status_code == 404
    make_event(lichtbogen, at=now(), slug="celli")
    assert Client().get("/events/celli/").status_code == 200


def test_parameters_the_page_does_not_know_make_no_page_of_their_own(
    event: Event, django_assert_num_queries: Any
) -> None:
    Client().get("/events/celli/")
    with django_assert_num_queries(0):
        assert Client().get("/events/celli/?utm_source=letter").status_code == 200


@pytest.mark.usefixtures("redis_away")
def test_without_redis_pages_are_made_each_time(event: Event) -> None:
    assert Client().get("/events/celli/").status_code == 200
    event.title = "Thirteen cellos"
    event.save()
    response = Client().get("/events/celli/")
    assert "Thirteen cellos" in response.content.decode()
    assert response.headers["Cache-Control"] == "public, max-age=0, s-maxage=2"  # by a proxy
