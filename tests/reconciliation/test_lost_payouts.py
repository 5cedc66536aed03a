"""A payout of which our row and the statement say different things, or whose outcome nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.payments.gateways.base import Kind as Provider
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payments.gateways.stripe.client import client
from apps.payouts.models import Payout
from apps.payouts.services import send as sending
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import RESEND_WITHIN, item_of, send
from apps.payouts.states import PayoutState
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.words import story
from tests.factories.bank import Killed
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("provider", [Provider.STRIPE, Provider.PAYPAL])


def killed(*_args: object, **_more: object) -> None:
    raise Killed


@pytest.fixture
def lose_track(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[Provider, bool], Payout]:
    """Killed after the provider did it, or before; then it was too late to ask with the same key."""

    def lose(provider: Provider, done: bool) -> Payout:
        desk.connects(provider)
        desk.adds_funds(provider)
        desk.sells(provider)
        method = desk.shop.organizer.payout_methods.get(provider=provider)
        payout = propose(method, "EUR", at=now())
        assert payout
        approve(payout, actor="user:1", at=now())
        with monkeypatch.context() as once:
            once.setattr(sending, "apply" if done else "_ask", killed)
            with pytest.raises(Killed):
                send(payout, at=now())
        send(payout, at=now() + RESEND_WITHIN[provider] + timedelta(minutes=1))
        for _ in range(3):  # meanwhile the provider goes on
            desk.sandbox.later(2)
        payout.refresh_from_db()
        assert (payout.state, payout.outcome_unknown) == (PayoutState.SENDING, True)
        return payout

    return lose


@BOTH
def test_it_is_on_the_statement_and_taken_over(
    desk: Desk, lose_track: Callable[[Provider, bool], Payout], provider: Provider
) -> None:
    payout = lose_track(provider, True)
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.PAYOUT_DIFFERS, payout.amount_minor)]
    assert (desk.case().story["told"], desk.case().fix) == ("unknown", "")
    assert "Nobody knows whether payout" in story(desk.case())

    desk.looks(3 * DAY)
    assert (desk.case().story["told"], desk.case().fix) == ("left", Fix.ASK)
    assert desk.accepts().state == "closed"
    payout.refresh_from_db()
    assert (payout.state, payout.outcome_unknown) == (PayoutState.PAID, False)
    assert Payout.objects.count() == 1
    assert desk.agrees()


@BOTH
def test_it_is_on_no_statement_and_owed_again(
    desk: Desk, lose_track: Callable[[Provider, bool], Payout], provider: Provider
) -> None:
    payout = lose_track(provider, False)
    available = f"org:{payout.organizer_id}:available:{provider}"
    desk.looks(RESEND_WITHIN[provider])
    assert (desk.case().story["told"], desk.case().fix) == ("unknown", "")  # may still be listed
    assert available not in desk.shop.balances()

    desk.looks(3 * DAY)
    assert (desk.case().story["told"], desk.case().fix) == ("unknown", Fix.NOT_SENT)
    assert "it is not there" in story(desk.case())
    assert desk.accepts().state == "closed"
    payout.refresh_from_db()
    assert (payout.state, payout.outcome_unknown) == (PayoutState.FAILED, False)
    assert desk.shop.balances()[available] == -payout.amount_minor
    assert desk.agrees()


def test_a_payout_that_is_on_no_statement(desk: Desk) -> None:
    desk.connects(Provider.STRIPE)
    desk.adds_funds(Provider.STRIPE)
    desk.sells(Provider.STRIPE)
    payout = desk.pays_out(Provider.STRIPE)
    desk.sandbox.do("lose_line", provider="stripe", of=payout.ids["transfer"])
    desk.looks()
    assert (desk.case().story["told"], desk.open_cases()) == (
        "not_there",
        [(Kind.PAYOUT_DIFFERS, payout.amount_minor)],
    )
    assert desk.accepts().state == "open"  # Stripe still says it was paid
    assert desk.accepts(Fix.SUSPEND).state == "closed"
    assert desk.shop.balances()["suspense:stripe"] == -payout.amount_minor
    assert desk.agrees()


def test_a_payout_that_came_back_and_nobody_told_us(desk: Desk) -> None:
    desk.connects(Provider.STRIPE)
    desk.adds_funds(Provider.STRIPE)
    desk.sells(Provider.STRIPE)
    payout = desk.pays_out(Provider.STRIPE)
    PAYOUT_GATEWAYS[Provider.STRIPE].cancel(item_of(payout), payout.ids, key="dashboard")
    desk.looks()
    assert (desk.case().story["told"], desk.case().fix) == ("back", Fix.ASK)
    assert desk.accepts().state == "closed"
    payout.refresh_from_db()
    assert payout.state == "returned"
    available = f"org:{payout.organizer_id}:available:stripe"
    assert desk.shop.balances()[available] == -payout.amount_minor
    assert desk.agrees()


def test_a_part_of_a_payout_that_came_back_is_for_a_person_to_explain(desk: Desk) -> None:
    """Taken back on Stripe's pages: the payout stays paid, and asking again would say nothing new."""
    desk.connects(Provider.STRIPE)
    desk.adds_funds(Provider.STRIPE)
    desk.sells(Provider.STRIPE)
    payout = desk.pays_out(Provider.STRIPE)
    client().v1.transfers.reversals.create(payout.ids["transfer"], {"amount": 1000})
    desk.looks()
    assert (desk.case().story["told"], desk.open_cases()) == (
        "part_back",
        [(Kind.PAYOUT_DIFFERS, 1000)],
    )
    assert f"€10.00 of payout {payout.reference} came back to Stripe" in story(desk.case())
    assert (desk.case().fix, desk.accepts().state) == (Fix.SUSPEND, "closed")
    payout.refresh_from_db()
    assert payout.state == "paid"
    books = desk.shop.balances()
    assert (books["suspense:stripe"], books.get(f"org:{payout.organizer_id}:available:stripe")) == (
        -1000,
        None,
    )
    assert desk.agrees()
