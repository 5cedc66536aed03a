from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from apps.core.templatetags import look

BERLIN = ZoneInfo("Europe/Berlin")
WHEN = datetime(2027, 3, 19, 23, 30, tzinfo=UTC)  # already Saturday in Berlin


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "20",
                "00:30",
                "Saturday",
                "March 2027",
                "Sat, Mar",
                "Sat 20 March",
                "Saturday 20 March 2027",
            ],
        ),
        (
            "de",
            [
                "20",
                "00:30",
                "Samstag",
                "März 2027",
                "Sa, Mär",
                "Sa, 20. März",
                "Samstag, 20. März 2027",
            ],
        ),
    ],
)
def test_a_time_is_told_where_the_event_is(language: str, words: list[str]) -> None:
    tell = (
        look.day,
        look.clock,
        look.weekday,
        look.month_year,
        look.weekday_month,
        look.short_date,
        look.full_date,
    )
    with override(language):
        assert [str(one(WHEN, BERLIN)) for one in tell] == words


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Jam", "l-5"),
        ("Zwölf Celli im Trockendock", "l-12"),
        ("Trocken\u00addock", "l-8"),
        ("Tokyo-Abend", "l-6"),  # the hyphen stays on its line
        ("HAMBURG", "l-10"),
        ("Ill", "l-5"),
        ("A" * 40, "l-16"),
    ],
)
def test_a_title_knows_its_longest_word(title: str, expected: str) -> None:
    assert look.fit(title) == expected
