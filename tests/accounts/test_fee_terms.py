"""Fees are agreed from a moment on, and what has begun is never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from apps.accounts.fees import Band, Terms
from apps.accounts.models import FeeTerms, Organizer
from apps.accounts.services.fee_terms import (
    AmountsNeedCurrency,
    Backdated,
    BadBands,
    HaveBegun,
    MomentTaken,
    NewTerms,
    agree,
    withdraw,
)
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.trail.models import MoneyAct
from tests.factories.selling import NOON, make_event, make_fees, make_organizer

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FOUR, SIX = Band(Decimal(4)), Band(Decimal(6))


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer())


def percent(event: Event, at: datetime) -> Decimal:
    (band,) = terms_of(event, at=at).bands
    return band.percent


@override_settings(PLATFORM_FEE_PERCENT=Decimal("7.5"))
def test_without_terms_the_settings_say_it(event: Event) -> None:
    assert terms_of(event, at=NOON) == Terms((Band(Decimal("7.5")),))


def test_terms_hold_exactly_from_their_moment_on(event: Event) -> None:
    make_fees(event.organizer, FOUR, at=NOON)
    make_fees(None, SIX, at=NOON - HOUR)
    agree(NewTerms(event.organizer, [SIX], NOON + HOUR), actor="user:1", at=NOON)
    second = timedelta(microseconds=1)
    moments = (NOON - HOUR - second, NOON - HOUR, NOON, NOON + HOUR - second, NOON + HOUR)
    assert [percent(event, at) for at in moments] == [5, 6, 4, 4, 6]


def test_the_own_terms_go_before_everybodys_newer_ones_and_end_with_usual_ones(
    event: Event,
) -> None:
    make_fees(event.organizer, FOUR, at=NOON)
    make_fees(None, SIX, at=NOON + HOUR)
    assert percent(event, NOON + HOUR) == 4
    make_fees(event.organizer, at=NOON + 2 * HOUR)
    assert percent(event, NOON + 2 * HOUR) == 6
    make_fees(None, at=NOON + 3 * HOUR)
    assert percent(event, NOON + 3 * HOUR) == 5


def test_terms_of_a_currency_are_for_events_in_it(event: Event) -> None:
    swiss = make_event(event.organizer, currency="CHF")
    make_fees(event.organizer, FOUR, at=NOON)
    with_amounts = Band(Decimal(3), fixed=99)
    make_fees(event.organizer, with_amounts, at=NOON, currency="CHF", passes_provider_fee=True)
    assert percent(event, NOON) == 4
    assert terms_of(swiss, at=NOON) == Terms((with_amounts,), passes_provider_fee=True)


def test_an_event_brings_its_terms_along(
    event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bands = (Band(Decimal("4.25"), least=50), Band(Decimal(3), above=2000, fixed=10, most=999))
    make_fees(event.organizer, *bands, at=NOON, currency="EUR")
    make_fees(make_organizer(), SIX, at=NOON)
    with django_assert_num_queries(1):
        found = Event.objects.with_fees().get(pk=event.pk)
        assert terms_of(found, at=NOON) == Terms(bands)
    assert terms_of(event, at=NOON) == Terms(bands)


def test_what_cannot_be_agreed(event: Event) -> None:
    new = NewTerms(event.organizer, [FOUR], NOON)
    with pytest.raises(Backdated):
        agree(replace(new, starts_at=NOON - HOUR), actor="user:1", at=NOON)
    with pytest.raises(AmountsNeedCurrency):
        agree(replace(new, bands=[Band(Decimal(4), least=1)]), actor="user:1", at=NOON)
    euros = replace(new, currency="EUR")
    for bands in (
        [Band(Decimal(4), above=1)],
        [FOUR, SIX],
        [Band(Decimal(101))],
        [Band(Decimal(4), fixed=-1)],
        [Band(Decimal(4), least=5, most=4)],
    ):
        with pytest.raises(BadBands):
            agree(replace(euros, bands=bands), actor="user:1", at=NOON)
    assert not FeeTerms.objects.exists()


def test_one_living_term_for_each_moment(event: Event) -> None:
    soon = NewTerms(event.organizer, [FOUR], NOON + HOUR)
    first = agree(soon, actor="user:1", at=NOON)
    with pytest.raises(MomentTaken):
        agree(replace(soon, bands=[SIX]), actor="user:1", at=NOON)
    agree(replace(soon, organizer=None), actor="user:1", at=NOON)
    with pytest.raises(MomentTaken):
        agree(replace(soon, organizer=None), actor="user:1", at=NOON)
    withdraw(first, actor="user:2", at=NOON)
    agree(replace(soon, bands=[SIX]), actor="user:1", at=NOON)
    assert percent(event, NOON + HOUR) == 6


def test_what_has_not_begun_may_be_withdrawn(event: Event) -> None:
    terms = agree(NewTerms(event.organizer, [FOUR], NOON + HOUR), actor="user:1", at=NOON)
    withdraw(terms, actor="user:2", at=NOON)
    withdraw(terms, actor="user:3", at=NOON + HOUR / 2)
    terms.refresh_from_db()
    assert (terms.withdrawn_at, terms.withdrawn_by) == (NOON, "user:2")
    on_record = MoneyAct.objects.about(terms).order_by("pk").values_list("act", "actor")
    assert list(on_record) == [("fees.agree", "user:1"), ("fees.withdraw", "user:2")]
    assert percent(event, NOON + HOUR) == 5
    begun = make_fees(event.organizer, FOUR, at=NOON)
    with pytest.raises(HaveBegun):
        withdraw(begun, actor="user:2", at=NOON)
    assert percent(event, NOON) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"bands": []},
        {"starts_at": NOON + HOUR},
        {"passes_provider_fee": True},
        {"organizer": None},
        {"withdrawn_at": NOON},  # it has begun
    ],
)
def test_the_database_keeps_terms_as_they_are(event: Event, change: dict[str, object]) -> None:
    terms = make_fees(event.organizer, FOUR, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTerms.objects.filter(pk=terms.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTerms.objects.filter(pk=terms.pk).delete()
    assert percent(event, NOON) == 4


@pytest.mark.parametrize(
    "band",
    [
        {"percent": "-1"},
        {"percent": "101"},
        {"fixed": -1},
        {"most": 1, "least": 2},
        {"above": 1},
        {"most": -1},
    ],
)
def test_the_database_knows_what_a_band_is(event: Event, band: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTerms.objects.create(
            organizer=event.organizer,
            bands=[FOUR.as_data() | band],
            starts_at=NOON,
            created_at=NOON,
            actor="user:1",
        )


def test_terms_never_begin_before_they_were_agreed(event: Event) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTerms.objects.create(
            organizer=event.organizer, starts_at=NOON - HOUR, created_at=NOON, actor="user:1"
        )
    assert Organizer.objects.get(pk=event.organizer_id).fee_terms.count() == 0
