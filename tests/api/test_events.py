"""The list of events over the API: every one once, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.api.v1.events import PAGE
from apps.events.models import Event
from tests.factories.selling import make_event, make_organizer, make_venue

pytestmark = pytest.mark.django_db


def page(after: str = "") -> Any:
    return Client().get("/api/v1/events", {"after": after})


def test_the_cursor_walks_over_all_events_once_also_where_many_start_together() -> None:
    at, organizer = now(), make_organizer()
    venue = make_venue(organizer)
    soon, later = at + timedelta(days=1), at + timedelta(days=2)
    starts = [later] * PAGE + [soon] * (PAGE + 3)  # the end of a page is amidst equals, twice
    made = [make_event(organizer, at=at, venue=venue, starts_at=start) for start in starts]
    expected = [event.slug for event in sorted(made, key=lambda e: (e.starts_at, e.pk))]

    seen, sizes = [], []
    after: str | None = ""
    while after is not None:
        body = page(after).json()
        seen += [item["slug"] for item in body["items"]]
        sizes.append(len(body["items"]))
        after = body["next"]
    assert seen == expected
    assert sizes == [PAGE, PAGE, 3]


def test_events_that_are_new_or_gone_between_two_pages_repeat_none() -> None:
    at, organizer = now(), make_organizer()
    venue, soon = make_venue(organizer), at + timedelta(days=1)
    made = [make_event(organizer, at=at, venue=venue, starts_at=soon) for _ in range(PAGE + 2)]
    first = page().json()
    Event.objects.filter(pk=made[0].pk).update(state="cancelled")
    make_event(organizer, at=at, venue=venue, starts_at=soon - timedelta(hours=1))
    second = page(first["next"]).json()
    assert [item["slug"] for item in second["items"]] == [event.slug for event in made[PAGE:]]
    assert second["next"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~",
        "7",
        "~7",
        "2026-11-21T12:00:00+00:00~",
        "2026-11-21T12:00:00+00:00~x",
        "2026-11-21T12:00:00+00:00~-1",
        "2026-11-21T12:00:00+00:00~²",
        "2026-11-21T12:00:00+00:00~٣",
        "2026-11-21T12:00:00+00:00~" + "9" * 19,
        "2026-11-21T12:00:00+00:00~" + "9" * 5000,
        "2026-13-41T12:00:00+00:00~7",
        "2026-11-21~7",
        "2026-11-21T12:00:00~7",
        "2026-11-21T12:00:00+00:00~7~7",
        "\x00~7",
    ],
)
def test_what_is_no_cursor_is_the_callers_mistake(cursor: str) -> None:
    response = page(cursor)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert response["Content-Type"] == "application/problem+json"
