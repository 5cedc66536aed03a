"""What is typed on the clock of a place, in the two nights when that clock is put on or back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.events.forms import EventForm

pytestmark = pytest.mark.django_db
GONE = ["There is no such time: the clocks are put forward that night."]


def typed(starts_at: str, ends_at: str, zone: str = "Europe/Berlin") -> EventForm:
    form = EventForm(data={"starts_at": starts_at, "ends_at": ends_at, "timezone": zone})
    form.is_valid()
    return form


def test_in_the_hour_that_is_there_twice_a_start_is_the_first_and_an_end_the_second() -> None:
    form = typed("2026-10-25T02:30", "2026-10-25T02:30")
    assert (form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert "ends_at" not in form.errors  # an hour later, though the clock shows the same


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    form = typed("2026-03-29T02:30", "2026-03-29T05:00")
    assert form.errors["starts_at"] == GONE
    assert form.cleaned_data["ends_at"] == datetime(2026, 3, 29, 3, 0, tzinfo=UTC)
    assert typed("2026-03-29T01:59", "2026-03-29T02:00").errors["ends_at"] == GONE
    assert "starts_at" not in typed("2026-03-29T02:30", "2026-03-29T05:00", "Europe/Lisbon").errors


def test_what_is_shown_and_sent_back_is_the_same_moment() -> None:
    form = typed("2026-10-24T23:00", "2026-10-25T02:30")
    again = EventForm(instance=form.instance)
    shown = again.initial["ends_at"].strftime("%Y-%m-%dT%H:%M")
    assert typed("2026-10-24T23:00", shown).cleaned_data["ends_at"] == form.cleaned_data["ends_at"]
