"""What becomes available when."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.payouts.coming import coming, now_of
from apps.payouts.services.connect import connect_paypal
from apps.payouts.services.payee import PAYEE_DELAY
from apps.payouts.services.propose import propose
from apps.payouts.services.release import release_due
from tests.factories.bank import Bank
from tests.factories.paying_out import refund, sell, sell_released
from tests.factories.selling import NOON, make_event, make_organizer

pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_each_event_comes_with_its_day_provider_and_amount(event: Event) -> None:
    later = make_event(event.organizer, starts_at=NOON + timedelta(days=60))
    called_off = make_event(event.organizer, state="cancelled")
    sell(later, 1000)
    sell(event, 2000)
    partly = sell(event, 3000, "stripe")
    refund(partly, 1000, "stripe", fee_back=50)
    sell(called_off, 4000)
    sell(make_event(make_organizer()), 9000)  # somebody else's
    first_day = event.ends_at + timedelta(days=3)
    found = [
        (one.event, one.provider, one.at, one.amount) for one in coming(event.organizer, at=NOON)
    ]
    assert found == [
        (event, "paypal", first_day, eur(1900)),
        (event, "stripe", first_day, eur(1900)),
        (later, "paypal", later.ends_at + timedelta(days=3), eur(950)),
        (called_off, "paypal", None, eur(3800)),
    ]


def test_it_becomes_available_on_that_day_and_is_in_the_calendar_no_more(event: Event) -> None:
    sell(event, 2000)
    (one,) = coming(event.organizer, at=NOON)
    assert one.at
    release_due(at=one.at - timedelta(seconds=1))
    assert coming(event.organizer, at=one.at) == [one]
    release_due(at=one.at)
    assert coming(event.organizer, at=one.at) == []
    (now,) = now_of(event.organizer, at=one.at)
    assert (now.available, now.next_payout, now.method) == (eur(1900), eur(1900), None)


def test_now_says_what_the_next_run_would_pay(event: Event, payee: PayoutMethod) -> None:
    event.organizer.payout_reserve_percent = Decimal(10)
    event.organizer.save()
    sell_released(event, 2000)
    (now,) = now_of(event.organizer, at=NOON)
    assert (now.available, now.kept, now.next_payout) == (eur(1900), eur(190), eur(1710))
    assert (now.method, now.waiting, now.not_before) == (payee, None, None)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == now.next_payout
    assert now_of(event.organizer, at=NOON)[0].waiting == payout


def test_a_debt_and_a_new_account_are_told(event: Event, payee: PayoutMethod, bank: Bank) -> None:
    refund(sell_released(event, 2000), 2000)
    connect_paypal(event.organizer, "ABCD234567XYZ", actor="user:1", at=NOON)
    (now,) = now_of(event.organizer, at=NOON)
    assert (now.debt, now.available, now.next_payout) == (True, eur(-100), eur(0))
    assert now.not_before == NOON + PAYEE_DELAY
