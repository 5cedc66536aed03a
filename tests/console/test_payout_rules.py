"""Two persons, new accounts, netting and the calendar, as people see them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.ledger import balances
from apps.payouts.models import Payout
from apps.payouts.services.propose import propose
from apps.payouts.states import PayoutState
from tests.console.conftest import MODEL_BACKEND
from tests.factories.paying_out import refund, sell, sell_released
from tests.factories.selling import make_event, make_user

pytestmark = pytest.mark.django_db

PAYOUTS, METHODS = "/platform/payouts/payout", "/platform/accounts/payoutmethod"


@pytest.fixture
def second() -> Client:
    client = Client()
    client.force_login(make_user("otto@parterre.example", is_staff=True), backend=MODEL_BACKEND)
    return client


def test_two_operators_approve_a_large_payout(
    operator: Client, second: Client, organizer: Organizer, settings: Any
) -> None:
    settings.PAYOUT_TWO_PERSONS_ABOVE = {"EUR": 1000}
    sell_released(make_event(organizer, at=now()), 2000)
    propose(PayoutMethod.objects.get(), "EUR", at=now())
    url = f"{PAYOUTS}/{Payout.objects.get().pk}"
    asked = operator.get(f"{url}/approval/").content.decode()
    assert "two have to approve it" in asked
    operator.post(f"{url}/approval/")
    assert Payout.objects.get().state == PayoutState.ENDORSED
    assert "Payouts wait for a second person" in operator.get("/platform/").content.decode()
    again = operator.post(f"{url}/approval/", follow=True).content.decode()
    assert "You have decided already" in again
    pages = [desk.get(f"{url}/overview/").content.decode() for desk in (operator, second)]
    assert ["You have decided already: a second person has to." in page for page in pages] == [
        True,
        False,
    ]
    assert [f"{url}/approval/" in page for page in pages] == [False, True]
    second.post(f"{url}/approval/")
    assert Payout.objects.get().state == PayoutState.APPROVED
    shown = second.get(f"{url}/overview/").content.decode()
    assert shown.index("by a first person</a>") < shown.rindex(">Payout approved</a>")


def test_two_operators_waive_the_wait_of_a_new_account(
    operator: Client, second: Client, organizer: Organizer
) -> None:
    PayoutMethod.objects.update(destination_since=now())
    method = PayoutMethod.objects.get()
    assert "New payout accounts" in operator.get("/platform/").content.decode()
    assert "MERCHANT12345" in operator.get(f"{METHODS}/?waits=1").content.decode()
    operator.post(f"{METHODS}/{method.pk}/waiver/", {"reason": "they called us"})
    shown = operator.get(f"{METHODS}/{method.pk}/overview/").content.decode()
    assert "olga@parterre.example asks not to wait: they called us" in shown
    refused = operator.post(f"{METHODS}/{method.pk}/confirmation/", follow=True)
    assert "a second person has to" in refused.content.decode()
    second.post(f"{METHODS}/{method.pk}/confirmation/")
    assert "MERCHANT12345" not in operator.get(f"{METHODS}/?waits=1").content.decode()
    sell_released(make_event(organizer, at=now()), 2000)
    assert propose(method, "EUR", at=now())


def test_a_debt_is_settled_on_the_organizer_s_page(operator: Client, organizer: Organizer) -> None:
    event = make_event(organizer, at=now())
    url = f"/platform/accounts/organizer/{organizer.pk}/netting/"
    assert "There is no debt" in operator.get(url, follow=True).content.decode()
    refund(sell_released(event, 2000, "paypal"), 2000, "paypal")
    sell_released(event, 2000, "stripe")
    assert "€1.00 owed at PayPal, from Stripe" in operator.get(url, follow=True).content.decode()
    assert "required" in operator.post(url, {"debt": "paypal:stripe:EUR"}).content.decode()
    typed = {"debt": "paypal:stripe:EUR", "reason": "agreed"}
    said = operator.post(url, typed, follow=True).content.decode()
    assert "€1.00 settled" in said
    assert balances.available(organizer.pk, "paypal", "EUR") == Money(0, "EUR")
    forged = {"debt": "stripe:paypal:EUR", "reason": "agreed"}
    assert operator.post(url, forged).status_code == 200
    assert balances.available(organizer.pk, "stripe", "EUR") == Money(1800, "EUR")


def test_owners_see_what_comes_and_take_the_statement_with_them(
    desk: Client, organizer: Organizer
) -> None:
    event = make_event(organizer, at=now())
    sell(event, 3000)
    sell_released(event, 2000)
    shown = desk.get("/console/payouts/payout/coming/").content.decode()
    assert "€28.50" in shown
    assert "€19.00" in shown
    organizer.payout_reserve_minor, organizer.payout_minimum_minor = 400, 1600
    organizer.save()
    for page in ("coming", "money"):
        shown = desk.get(f"/console/payouts/payout/{page}/").content.decode()
        assert all(words in shown for words in ("Kept back", "−€4.00", "Less than €16.00 is not"))
    assert propose(PayoutMethod.objects.get(), "EUR", at=now()) is None
    organizer.payout_minimum_minor, organizer.release_at_sale = 1500, True
    organizer.save()
    shown = desk.get("/console/payouts/payout/coming/").content.decode()
    assert ("€15.00" in shown, "Less than" in shown) == (True, False)
    assert "Money is available at the sale." in shown
    payout = propose(PayoutMethod.objects.get(), "EUR", at=now())
    assert payout
    url = f"/console/payouts/payout/{payout.pk}"
    paper = desk.get(f"{url}/pdf/")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    table = b"".join(desk.get(f"{url}/csv/")).decode()
    assert "Sale" in table
    assert "payout.propose" not in desk.get(f"{url}/overview/").content.decode()
    assert (
        "Payout " + payout.reference in desk.get("/console/payouts/payout/coming/").content.decode()
    )


def test_a_provider_that_is_left_out_is_no_way_to_be_paid(desk: Client, settings: Any) -> None:
    methods = "/console/accounts/payoutmethod"
    both = desk.get(f"{methods}/").content.decode()
    settings.PAYPAL_CLIENT_ID = ""
    one = desk.get(f"{methods}/").content.decode()
    assert [
        f"{methods}/{way}/" in page for page in (both, one) for way in ("paypal", "stripe")
    ] == [
        True,
        True,
        False,
        True,
    ]
    opened = [desk.get(f"{methods}/{page}/") for page in ("paypal", "paypal-code", "stripe")]
    assert [page.status_code for page in opened] == [404, 404, 200]


def test_a_filter_calls_providers_by_their_names(
    desk: Client, operator: Client, organizer: Organizer
) -> None:
    sell_released(make_event(organizer, at=now()), 2000)
    propose(PayoutMethod.objects.get(), "EUR", at=now())
    for page in (desk.get("/console/payouts/payout/"), operator.get(f"{PAYOUTS}/")):
        shown = page.content.decode()
        assert re.findall(r'href="\?provider=paypal"[^>]*>\s*([^<]+?)\s*<', shown) == ["PayPal"]
