from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now
from django.utils.translation import override

from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.orders.keys import order_key
from apps.orders.see_you import see_you
from tests.buying import Shop
from tests.factories.world import buy
from tests.german import german
from tests.orders.visitor import Visitor

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 20, 0, tzinfo=BERLIN)


@pytest.fixture(scope="module", autouse=True)
def in_german() -> Iterator[None]:
    with german():
        yield


def on(starts: datetime) -> Event:
    return Event(starts_at=starts, ends_at=starts + timedelta(hours=3), timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "english", "deutsch"),
    [
        ("2026-11-20 23:00", "Thank you, Ada!", "Danke, Ada!"),
        ("2026-11-20 21:00", "See you soon, Ada!", "Bis gleich, Ada!"),
        ("2026-11-20 17:01", "See you soon, Ada!", "Bis gleich, Ada!"),
        ("2026-11-20 00:05", "See you tonight, Ada!", "Bis heute Abend, Ada!"),
        ("2026-11-19 23:50", "See you tomorrow, Ada!", "Bis morgen, Ada!"),
        ("2026-11-18 01:00", "See you on Friday, Ada!", "Bis Freitag, Ada!"),
        ("2026-11-14 23:00", "See you on Friday, Ada!", "Bis Freitag, Ada!"),
        ("2026-11-13 01:00", "See you on 20 November, Ada!", "Bis zum 20. November, Ada!"),
        ("2026-10-24 01:00", "See you on 20 November, Ada!", "Bis zum 20. November, Ada!"),
        ("2026-10-23 01:00", "See you in November, Ada!", "Bis November, Ada!"),
        ("2025-11-21 01:00", "See you in November 2026, Ada!", "Bis November 2026, Ada!"),
    ],
)  # fmt: skip
def test_the_words_know_how_far_it_is(at: str, english: str, deutsch: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    with override("en"):
        assert see_you(on(FRIDAY), "Ada", at=moment) == english
    with override("de"):
        assert see_you(on(FRIDAY), "Ada", at=moment) == deutsch


def test_by_day_it_is_not_tonight_and_a_night_after_midnight_is_near() -> None:
    matinee, night = FRIDAY.replace(hour=11), FRIDAY.replace(hour=0, minute=30)
    with override("en"):
        assert see_you(on(matinee), "", at=FRIDAY.replace(hour=7)) == "See you later today!"
        assert see_you(on(night), "", at=night - timedelta(hours=2)) == "See you soon!"


@pytest.mark.parametrize(
    ("zone", "words"), [("Europe/Berlin", "tonight"), ("Asia/Tokyo", "tomorrow")]
)
def test_the_clock_of_the_place_counts(zone: str, words: str) -> None:
    event = on(FRIDAY.replace(hour=23))
    event.timezone = zone
    with override("en"):
        assert see_you(event, "", at=FRIDAY.replace(hour=12)) == f"See you {words}!"


def test_nobody_is_seen_at_what_was_called_off(shop: Shop) -> None:
    order, _payment = buy(shop.event, shop.parkett, 2, at=now())
    ada = Visitor(shop)
    call_off(shop.event, reason="storm", actor="user:1", at=now())
    ada.opens(f"/orders/{order.reference}/?key={order_key(order)}")
    assert "This event has been called off." in ada.words
    assert "Ensemble Lichtbogen pays your money back, the way you paid." in ada.words
    assert "See you" not in ada.words


def test_after_the_event_nobody_is_sent_to_the_door(shop: Shop) -> None:
    order, _payment = buy(shop.event, shop.parkett, 2, at=now())
    Event.objects.update(starts_at=now() - timedelta(hours=3), ends_at=now())
    ada = Visitor(shop)
    ada.opens(f"/orders/{order.reference}/?key={order_key(order)}")
    assert "The event is over. Your tickets and your receipt stay here." in ada.words
    assert "at the door" not in ada.words
