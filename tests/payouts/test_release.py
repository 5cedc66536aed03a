from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core.money import Money
from apps.events.models import Event
from apps.events.states import EventState
from apps.ledger import balances
from apps.orders.states import OrderState
from apps.payouts.services.release import AGAIN, LATE_MONEY, release_due
from tests.factories.paying_out import minors, refund, sell, sell_released
from tests.factories.selling import make_event, make_organizer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer(release_days=3))


def released(event: Event, provider: str = "paypal") -> int:
    return balances.available(event.organizer_id, provider, "EUR").minor


def test_money_is_released_so_many_days_after_the_end(event: Event) -> None:
    sell(event, 2000)
    sell(event, 1000, "stripe")
    due = event.ends_at + timedelta(days=3)
    assert release_due(at=due - timedelta(seconds=1)) == 0
    assert (released(event), released(event, "stripe")) == (0, 0)
    assert release_due(at=due) == 2
    assert (released(event), released(event, "stripe")) == (1900, 950)
    assert f"org:{event.organizer_id}:pending:paypal" not in minors()


def test_released_twice_is_once(event: Event) -> None:
    sell(event, 2000)
    at = event.ends_at + timedelta(days=4)
    release_due(at=at)
    assert release_due(at=at + AGAIN + timedelta(seconds=1)) == 0
    assert released(event) == 1900


def test_only_what_a_refund_left(event: Event) -> None:
    half, none = sell(event, 2000), sell(event, 1000)
    refund(half, 1000, fee_back=50)
    refund(none, 1000, fee_back=50)
    assert release_due(at=event.ends_at + timedelta(days=3)) == 1
    assert released(event) == 950


def test_late_money_is_released_a_day_later_for_some_weeks(event: Event) -> None:
    at = event.ends_at + timedelta(days=3)
    sell(event, 2000)
    release_due(at=at)
    sell(event, 1000, late=True)
    assert release_due(at=at + timedelta(hours=1)) == 0
    assert release_due(at=at + AGAIN + timedelta(seconds=1)) == 1
    assert released(event) == 1900 + 950
    sell(event, 1000, late=True)
    assert release_due(at=at + LATE_MONEY) == 0


def test_money_released_at_the_sale_stays_as_it_is(event: Event) -> None:
    sell_released(event, 2000)
    assert release_due(at=event.ends_at + timedelta(days=3)) == 0
    assert released(event) == 1900


def test_a_draft_is_not_released(event: Event) -> None:
    event.state = EventState.DRAFT
    event.save()
    sell(event, 2000)
    assert release_due(at=event.ends_at + timedelta(days=30)) == 0
    assert released(event) == 0


def test_a_completed_event_and_completed_orders_are(event: Event) -> None:
    event.state = EventState.COMPLETED
    event.save()
    sell(event, 2000, state=OrderState.COMPLETED)
    assert release_due(at=event.ends_at + timedelta(days=3)) == 1


def test_many_orders_are_released_in_chunks(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payouts.services.release.CHUNK", 2)
    for _ in range(5):
        sell(event, 2000)
    assert release_due(at=event.ends_at + timedelta(days=3)) == 5
    assert balances.available(event.organizer_id, "paypal", "EUR") == Money(9500, "EUR")
