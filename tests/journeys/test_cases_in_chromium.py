"""An operator in Chromium: one case of each kind, mended with one click."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from apps.core.invariants import offenders
from apps.ledger import invariants as ledger_invariants
from apps.payments.gateways.base import Kind as Provider
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Case
from apps.reconciliation.services.look import look_lightly
from tests.buying import Buyer, Shop
from tests.disputing import Bank
from tests.factories.differing import DAY, Desk
from tests.factories.selling import make_user
from tests.journeys.conftest import OpenPage
from tests.phones import scrolls_sideways, serious

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")
CASES = "/platform/reconciliation/case/"
LONG_AGO = 70 * 24 * 3600
OF_BANKS = {Kind.DISPUTE_UNANSWERED, Kind.FRAUD_WARNING}


def looks_right(page: Page, name: str) -> None:
    assert serious(page) == []
    assert not scrolls_sideways(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def one_of_each_kind(desk: Desk) -> None:
    say = desk.sandbox.do
    desk.shop.organizer.release_at_sale = True
    desk.shop.organizer.save()
    say("advance", seconds=-LONG_AGO)
    say("move_money", provider="stripe", what="other", amount=1234)  # before the first line we read
    say("advance", seconds=LONG_AGO)
    desk.connects(Provider.STRIPE)
    desk.adds_funds(Provider.STRIPE)
    charges = [desk.sells(Provider.STRIPE, heads=1)[1].ids["charge"] for _ in range(4)]
    payout = desk.pays_out(Provider.STRIPE)
    say(
        "tune", settle_seconds=2 * 24 * 3600
    )  # the fee of this one is told when nobody asks any more
    desk.sells(Provider.STRIPE, heads=1)
    say("tune", settle_seconds=1)
    unheard = Buyer(desk.shop).on_the_way_to_pay(Provider.STRIPE, heads=1)
    Buyer(desk.shop).pays(unheard)
    say("restate", provider="stripe", of=charges[0], amount=-100)
    say("restate", provider="stripe", of=charges[1], fee=20)
    say("refund_there", provider="stripe", of=charges[2], amount=3800)
    say("lose_line", provider="stripe", of=charges[3])
    say("restate", provider="stripe", of=payout.ids["transfer"], amount=-50)
    say("move_money", provider="stripe", what="fee", amount=-333)
    for after in (4 * DAY, DAY, DAY):
        desk.looks(after)


def signed_in(open_page: OpenPage, **options: object) -> Page:
    client = Client()
    client.force_login(
        make_user("olga@parterre.example", is_staff=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = open_page(**options)
    page.goto("/")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
    return page


def test_an_operator_mends_one_of_each_kind(shop: Shop, open_page: OpenPage) -> None:
    desk = Desk(shop)
    one_of_each_kind(desk)
    assert set(Case.objects.living().values_list("kind", flat=True)) == set(Kind.values) - OF_BANKS

    page = signed_in(open_page)
    page.goto(f"{CASES}?state__exact=open")
    looks_right(page, "cases")
    page.goto(f"{CASES}health/")
    looks_right(page, "health")
    for case in Case.objects.living().order_by("pk"):
        page.goto(f"{CASES}{case.pk}/overview/")
        looks_right(page, f"case-{case.kind}")
        page.locator("button[name=fix]").first.click()
        if case.kind == Kind.ORDER_WITHOUT_MONEY:
            expect(page.get_by_text("The difference is still there.").first).to_be_visible()
            page.get_by_role("button", name="Book as our loss").click()
        expect(page.get_by_text("Mended. The difference is gone.")).to_be_visible()
    looks_right(page, "case-closed")

    assert not Case.objects.living().exists()
    desk.works()  # the order of the adopted refund hears of it
    assert desk.agrees()
    for check in ledger_invariants.CHECKS:
        assert list(offenders(check)) == [], check.name


def test_an_operator_accepts_a_loss_and_refunds_what_is_taken_for_fraud(
    shop: Shop, open_page: OpenPage
) -> None:
    desk = Desk(shop)
    for command in ("dispute", "warn_of_fraud"):
        _order, payment = desk.sells(Provider.STRIPE, heads=1)
        Bank(shop, payment, told=len(desk.sandbox.notices()))(command)
    look_lightly(at=desk.at)
    assert set(Case.objects.values_list("kind", flat=True)) == OF_BANKS

    page = signed_in(open_page)
    for case in Case.objects.order_by("pk"):
        page.goto(f"{CASES}{case.pk}/overview/")
        looks_right(page, f"case-{case.kind}")
        page.locator("button[name=fix]").first.click()
        expect(page.get_by_text("Mended. The difference is gone.")).to_be_visible()
    assert not Case.objects.living().exists()


def test_the_desk_at_a_desk_in_the_dark_in_german(shop: Shop, open_page: OpenPage) -> None:
    desk = Desk(shop)
    desk.sandbox.do("move_money", provider="paypal", what="bank", amount=-5000)
    desk.looks()
    page = signed_in(
        open_page, viewport={"width": 1280, "height": 800}, color_scheme="dark", locale="de"
    )
    page.goto(f"{CASES}{desk.case().pk}/overview/")
    expect(page.get_by_role("button", name="Als Überweisung buchen")).to_be_visible()
    looks_right(page, "case-de-dark")
    page.goto("/platform/reconciliation/banktransfer/new/")
    looks_right(page, "transfer-de-dark")
    page.get_by_label("Anbieter").select_option("paypal")
    page.get_by_label("Betrag").fill("50")
    page.get_by_role("button", name="Weiter").click()
    looks_right(page, "transfer-sure-de-dark")
    page.get_by_role("button", name="Buchen").click()
    looks_right(page, "transfer-booked-de-dark")
    desk.looks(DAY)
    assert not Case.objects.living().exists()
