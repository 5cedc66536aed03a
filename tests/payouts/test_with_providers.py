"""The same, at our own Stripe and PayPal: real requests, real webhooks, their balance against our books."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.core.money import Money
from apps.ledger import balances, chart
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payments.models import ProviderNotice
from apps.payouts.models import Payout
from apps.payouts.services.connect import Pages, connect_stripe
from apps.payouts.services.look import look
from apps.payouts.services.send import item_of
from apps.payouts.services.take_back import take_back
from apps.payouts.statement import statement
from apps.payouts.states import PayoutState
from tests.buying import Buyer, Shop, open_shop
from tests.factories.door import signed_in
from tests.factories.paying_out import pay_to
from tests.factories.selling import make_member
from tests.outbox_pump import deliver_all, undelivered
from tests.sandbox_server import SandboxForTests

PAGES = Pages("https://shop.example/return/", "https://shop.example/again/")
BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    shop = open_shop(sandbox)
    shop.organizer.release_at_sale = True
    shop.organizer.save()
    return shop


def sell(shop: Shop, provider: Kind) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(provider)
    buyer.pays(payment)
    buyer.comes_back(payment)
    deliver_all(at=now())


def connect(shop: Shop, provider: Kind, receiver: str = "kasse@lichtbogen.example") -> None:
    if provider == Kind.PAYPAL:
        pay_to(shop.organizer, receiver, at=now())
        return
    page = connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())
    shop.sandbox.do("submit_account", account=page.destination)
    shop.sandbox.later(1)
    connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())


def pay_out(shop: Shop) -> Payout:
    call_command("run_payouts", verbosity=0)
    deliver_all(at=now())
    return Payout.objects.latest("pk")


def the_provider_works(shop: Shop) -> None:
    """PayPal takes a batch in steps."""
    for _ in range(3):
        shop.sandbox.later(2)


def post_all_notices(shop: Shop, client: Client) -> None:
    for provider, event in shop.sandbox.notices():
        assert shop.sandbox.send_to(client, provider, event) == 200
    deliver_all(at=now())


def at_provider(provider: Kind) -> Money:
    return PAYOUT_GATEWAYS[provider].funds("EUR")


def in_the_books(provider: Kind) -> Money:
    return balances.balance(chart.clearing(provider), "EUR")


@BOTH
def test_the_organizer_gets_exactly_what_the_ledger_says(
    shop: Shop, provider: Kind, client: Client
) -> None:
    connect(shop, provider)
    sell(shop, provider)
    payout = pay_out(shop)
    the_provider_works(shop)
    post_all_notices(shop, client)
    payout.refresh_from_db()
    assert (payout.state, payout.amount) == (PayoutState.PAID, Money(7220, "EUR"))
    assert balances.available(shop.organizer.pk, provider, "EUR") == Money(0, "EUR")
    assert in_the_books(provider) == at_provider(provider)
    assert statement(payout).amount == Money(7220, "EUR")
    assert undelivered() == []


@BOTH
def test_a_second_run_sends_nothing(shop: Shop, provider: Kind) -> None:
    connect(shop, provider)
    sell(shop, provider)
    pay_out(shop)
    the_provider_works(shop)
    pay_out(shop)
    assert Payout.objects.count() == 1
    assert in_the_books(provider) >= at_provider(provider)


@BOTH
def test_webhooks_again_and_in_any_order_change_nothing(
    shop: Shop, provider: Kind, client: Client
) -> None:
    connect(shop, provider)
    sell(shop, provider)
    pay_out(shop)
    the_provider_works(shop)
    notices = shop.sandbox.notices()
    for name, event in [*reversed(notices), *notices]:
        assert shop.sandbox.send_to(client, name, event) == 200
        deliver_all(at=now())
    assert Payout.objects.get().state == PayoutState.PAID
    assert in_the_books(provider) == at_provider(provider)


NO_ACCOUNT = "The provider knows no account with this address or number."
OWED_AGAIN = "It was not sent, and is part of what you are owed again."


@pytest.mark.parametrize(
    ("fate", "told", "state", "again", "words"),
    [
        (
            "unclaimed",
            "PAYOUTS-ITEM.UNCLAIMED",
            "unclaimed",
            False,
            f"{NO_ACCOUNT} Claimed within 30",
        ),
        ("failed", "PAYOUTS-ITEM.FAILED", "failed", True, f"{NO_ACCOUNT} {OWED_AGAIN}"),
        ("onhold", "PAYOUTS-ITEM.HELD", "held", False, "The provider looks at this payout before"),
        (
            "blocked",
            "PAYOUTS-ITEM.BLOCKED",
            "held",
            False,
            "The account is locked, or takes no money.",
        ),
        ("denied", "PAYOUTSBATCH.DENIED", "failed", True, OWED_AGAIN),
    ],
)
def test_what_paypal_can_make_of_it(
    shop: Shop, client: Client, fate: str, told: str, state: str, again: bool, words: str
) -> None:
    """It is told by a webhook, and its organizer reads it in words."""
    lena = make_member(shop.organizer, Role.OWNER, email="lena@example.org")
    connect(shop, Kind.PAYPAL, receiver=f"{fate}@lichtbogen.example")
    sell(shop, Kind.PAYPAL)
    payout = pay_out(shop)
    the_provider_works(shop)
    post_all_notices(shop, client)
    assert ProviderNotice.objects.get(type=f"PAYMENT.{told}").state == "processed"
    payout.refresh_from_db()
    assert payout.state == state
    assert in_the_books(Kind.PAYPAL) == at_provider(Kind.PAYPAL)
    owed = balances.available(shop.organizer.pk, Kind.PAYPAL, "EUR")
    assert owed == Money(7220 if again else 0, "EUR")
    page = signed_in(lena).get(f"/console/payouts/payout/{payout.pk}/overview/").content.decode()
    assert words in page
    assert not re.search("RECEIVER_|LIMIT_EXCEEDED|DENIED", page)


@pytest.mark.parametrize(
    ("fate", "first", "told"),
    [
        ("unclaimed", "unclaimed", "PAYMENT.PAYOUTS-ITEM.RETURNED"),  # for a month
        ("refunded", "paid", "PAYMENT.PAYOUTS-ITEM.REFUNDED"),
    ],
)
def test_what_comes_back_later_is_owed_again(
    shop: Shop, client: Client, fate: str, first: str, told: str
) -> None:
    lena = make_member(shop.organizer, Role.OWNER, email="lena@example.org")
    connect(shop, Kind.PAYPAL, receiver=f"{fate}@lichtbogen.example")
    sell(shop, Kind.PAYPAL)
    payout = pay_out(shop)
    the_provider_works(shop)
    assert look(payout, at=now()).state == first
    shop.sandbox.later(31 * 24 * 3600)
    post_all_notices(shop, client)
    assert ProviderNotice.objects.get(type=told).state == "processed"
    assert Payout.objects.get().state == PayoutState.RETURNED
    assert balances.available(shop.organizer.pk, Kind.PAYPAL, "EUR") == Money(7220, "EUR")
    assert in_the_books(Kind.PAYPAL) == at_provider(Kind.PAYPAL)
    page = signed_in(lena).get(f"/console/payouts/payout/{payout.pk}/overview/").content.decode()
    assert "It came back, and is part of what you are owed again." in page


@BOTH
def test_it_can_be_taken_back(shop: Shop, provider: Kind) -> None:
    connect(shop, provider, receiver="unclaimed@lichtbogen.example")
    sell(shop, provider)
    payout = pay_out(shop)
    the_provider_works(shop)
    payout = take_back(look(payout, at=now()), actor="user:1", at=now())
    assert payout.state == PayoutState.RETURNED
    assert balances.available(shop.organizer.pk, provider, "EUR") == Money(7220, "EUR")
    assert in_the_books(provider) == at_provider(provider)


@BOTH
def test_what_is_taken_back_over_there_is_heard_of(
    shop: Shop, client: Client, provider: Kind
) -> None:
    connect(shop, provider, receiver="unclaimed@lichtbogen.example")
    sell(shop, provider)
    payout = pay_out(shop)
    the_provider_works(shop)
    post_all_notices(shop, client)
    payout.refresh_from_db()
    PAYOUT_GATEWAYS[provider].cancel(item_of(payout), payout.ids, key="dashboard")
    post_all_notices(shop, client)
    told = {Kind.STRIPE: "transfer.reversed", Kind.PAYPAL: "PAYMENT.PAYOUTS-ITEM.CANCELED"}
    assert ProviderNotice.objects.get(type=told[provider]).state == "processed"
    payout.refresh_from_db()
    assert payout.state == PayoutState.RETURNED
    assert balances.available(shop.organizer.pk, provider, "EUR") == Money(7220, "EUR")
    assert in_the_books(provider) == at_provider(provider)


@BOTH
@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "error_before", "error_after"])
def test_an_answer_that_gets_lost_is_paid_once(shop: Shop, provider: Kind, kind: str) -> None:
    connect(shop, provider)
    sell(shop, provider)
    operation = "stripe.transfers.create" if provider == Kind.STRIPE else "paypal.payouts.create"
    shop.sandbox.do("add_fault", operation=operation, kind=kind, times=3)
    pay_out(shop)
    the_provider_works(shop)
    deliver_all(at=now() + timedelta(minutes=2))
    the_provider_works(shop)
    assert look(Payout.objects.get(), at=now()).state == PayoutState.PAID
    assert in_the_books(provider) == at_provider(provider)
