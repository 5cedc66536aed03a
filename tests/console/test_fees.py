"""Operators agree on fees from a moment on, see what they come to, and organizers read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.accounts.models import FeeTerms, Organizer
from apps.accounts.services.fee_terms import NewTerms, agree
from apps.console.templatetags.console import in_utc
from apps.events.models import Event
from tests.factories.selling import make_event, make_fees, make_organizer, make_variant

pytestmark = pytest.mark.django_db

NEW = "/platform/accounts/feeterms/new/"
BANDS = {
    "currency": "EUR",
    "percent_0": "5",
    "fixed_0": "0.50",
    "above_1": "100",
    "percent_1": "2.5",
    "most_1": "6",
}


def page(client: Client, url: str) -> str:
    text = client.get(url, follow=True, headers={"Accept-Language": "de"}).content.decode()
    return text.replace("\xa0", " ")


def utc(when: datetime) -> str:
    with translation.override("de"):
        return in_utc(when)


def test_an_operator_looks_first_and_then_agrees(operator: Client, organizer: Organizer) -> None:
    typed = BANDS | {"organizer": str(organizer.pk), "note": "contract of May"}
    shown = operator.post(NEW, typed | {"do": "preview"}).content.decode()
    for price, fee, gets, pays in (
        ("€25.00", "€1.75", "€23.25", "€26.75"),
        ("€100.00", "€2.50", "€97.50", "€102.50"),
        ("€0.00", "€0.00", "€0.00", "€0.00"),
    ):
        cells = (price, fee, gets, pays)
        row = "".join(rf'<td class="num"[^>]*>{re.escape(cell)}</td>' for cell in cells)
        assert re.search(row, shown)
    assert 'value="contract of May"' in shown  # nothing is typed twice
    assert not FeeTerms.objects.exists()

    before = now()
    operator.post(NEW, typed | {"do": "agree", "passes_provider_fee": "on"})
    terms = FeeTerms.objects.get()
    assert [Band.read(band) for band in terms.bands] == [
        Band(Decimal(5), fixed=50),
        Band(Decimal("2.5"), above=10000, most=600),
    ]
    assert before <= terms.starts_at == terms.created_at <= now()
    assert (terms.organizer, terms.passes_provider_fee) == (organizer, True)
    assert terms.actor.startswith("user:")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_at": "2026-01-01T00:00"}, "never rewritten"),
        ({"currency": ""}, "Choose the currency"),
        ({"above_1": ""}, "One row begins at no price"),
        ({"most_1": "1", "least_1": "2"}, "One row begins at no price"),
        ({"fixed_0": "0.505"}, "fewer decimals"),
        ({"percent_0": "101"}, "less than or equal to 100"),
        ({"as_usual": "on"}, "at least one percentage"),
    ],
)
def test_what_cannot_be_agreed_is_said_and_kept_on_the_page(
    operator: Client, changes: dict[str, str], words: str
) -> None:
    answer = operator.post(NEW, BANDS | {"do": "agree", "note": "as typed"} | changes)
    shown = answer.content.decode()
    assert words in shown
    assert 'value="as typed"' in shown
    assert not FeeTerms.objects.exists()


def test_terms_to_come_are_withdrawn_and_begun_ones_are_not(operator: Client) -> None:
    at = now()
    later = agree(NewTerms(None, [Band(Decimal(6))], at + timedelta(days=3)), actor="x", at=at)
    begun = make_fees(None, Band(Decimal(4)), at=at)
    for terms in (later, begun):
        operator.post(f"/platform/accounts/feeterms/{terms.pk}/withdrawal/", {"sure": "on"})
        terms.refresh_from_db()
    assert later.withdrawn_at is not None
    assert begun.withdrawn_at is None
    listed = page(operator, "/platform/accounts/feeterms/")
    assert "zurückgenommen" in listed
    assert "in Kraft" in listed
    assert f"seit {utc(at)}" in listed


def test_each_row_says_from_when_to_when_it_holds(
    operator: Client, desk: Client, organizer: Organizer
) -> None:
    """Terms of every currency hold on beside newer ones of a single currency."""
    at = now()
    day = [at + timedelta(days=number) for number in range(-9, 9)]
    make_fees(organizer, Band(Decimal(4)), at=day[0])
    make_fees(organizer, Band(Decimal(5)), at=day[3])
    make_fees(organizer, Band(Decimal(6)), at=day[5], currency="EUR")
    make_fees(organizer, Band(Decimal(7)), at=day[12], currency="EUR")
    make_fees(organizer, Band(Decimal(8)), at=day[15])
    make_fees(make_organizer("Schallhof"), Band(Decimal(77)), at=day[4])  # ends nobody else's
    gone = make_fees(organizer, Band(Decimal(9)), at=day[11])
    FeeTerms.objects.filter(pk=gone.pk).update(withdrawn_at=day[10], withdrawn_by="user:1")
    make_fees(None, Band(Decimal(3)), at=day[6])
    listed = " ".join(strip_tags(page(operator, "/platform/accounts/feeterms/")).split())
    for state, when in (
        ("abgelöst", f"von {utc(day[0])} bis {utc(day[3])}"),
        ("in Kraft", f"seit {utc(day[3])}, bis {utc(day[15])}, nicht mehr in EUR"),
        ("in Kraft", f"seit {utc(day[5])}, bis {utc(day[12])}"),
        ("kommt", f"von {utc(day[12])} bis {utc(day[15])}"),
        ("kommt", f"ab {utc(day[15])}"),
        ("in Kraft", f"seit {utc(day[4])}"),
        ("zurückgenommen", "–"),
        ("in Kraft", f"seit {utc(day[6])}"),
    ):
        assert f" {state} {when} " in listed
    assert f"von {utc(day[0])} bis {utc(day[3])}</a>" in page(
        desk, "/console/accounts/feeterms/now/"
    )


def test_an_organizer_reads_its_terms_in_words(desk: Client, organizer: Organizer) -> None:
    make_event(organizer, at=now())
    assert "5 %" in page(desk, "/console/accounts/feeterms/")  # nothing of its own: the usual
    bands = (Band(Decimal("4.5"), fixed=50), Band(Decimal(3), above=5000, least=100, most=900))
    make_fees(organizer, *bands, at=now(), currency="EUR", passes_provider_fee=True)
    make_fees(make_organizer("Schallhof"), Band(Decimal(77)), at=now())
    words = page(desk, "/console/accounts/feeterms/now/")
    assert "4,5 % und 0,50 € je Ticket" in words
    assert "ab einem Preis von 50,00 €: 3 %, mindestens 1,00 €, höchstens 9,00 €" in words
    assert "und was der Zahlungsanbieter einbehält" in words
    assert "77 %" not in words
    assert "4,5 % und 0,50 € je Ticket" in page(desk, "/console/accounts/feeterms/")


def test_an_organizer_chooses_per_event_who_bears_the_fee(
    desk: Client, organizer: Organizer
) -> None:
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    overview = f"/console/events/event/{event.pk}/overview/"
    assert "Käufer zahlen" not in page(desk, overview)
    assert 'name="buyers_bear_fee"' in page(desk, f"/console/events/event/{event.pk}/change/")
    Event.objects.update(buyers_bear_fee=True)
    assert "Käufer zahlen 39,90 €" in page(desk, overview)
    assert variant.price_minor == 3800
