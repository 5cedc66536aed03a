"""Disputes over money that is not simply there: gone, released, paid out, not yet known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.events.services.call_off import call_off
from apps.orders.services.dispute import look_at_disputes
from apps.orders.services.refund import refund_order
from apps.orders.services.settle import settle
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, FraudWarning, Payment, Refund
from apps.payouts.services.release import release_due
from apps.tickets.services.block import block, unblock
from tests.buying import Buyer, Shop, tickets_of
from tests.disputing import Bank, all_is_well, of_organizer, paid, states
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db

TOTAL = 7600  # two tickets; 5 % of it are the platform's
BOTH = [Kind.STRIPE, Kind.PAYPAL]
both = pytest.mark.parametrize("provider", BOTH)


@both
def test_a_dispute_over_money_that_went_back_is_our_loss(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    refund_order(bank.order, actor="user:1", reason="ill", at=now())
    bank.webhooks_come()
    before = of_organizer(shop, provider)

    bank("dispute")
    assert of_organizer(shop, provider) == before  # nobody pays twice
    assert states(bank) == ["refunded", "refunded"]
    bank("lose_dispute")

    assert of_organizer(shop, provider) == before
    assert shop.balances()[f"loss:{provider}"] == TOTAL
    all_is_well(shop)


@both
def test_a_refund_there_that_is_heard_of_after_the_loss(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=500)
    bank.does("dispute")
    look_at_disputes(bank.payment, at=now())
    bank.does("lose_dispute")
    look_at_disputes(bank.payment, at=now())
    bank.webhooks_come()

    assert shop.balances()[f"loss:{provider}"] == 500  # nobody pays twice
    assert sum(of_organizer(shop, provider).values()) == 0
    assert "fee:platform" not in shop.balances()
    all_is_well(shop)


@both
def test_a_dispute_over_money_that_bought_nothing_blocks_no_ticket(
    shop: Shop, provider: Kind
) -> None:
    """A payment whose sum differed lies unapplied until somebody looks."""
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(provider)
    buyer.pays(payment)
    Payment.objects.filter(pk=payment.pk).update(needs_review=True)
    shop.sandbox.later(2)
    payment.refresh_from_db()
    buyer.comes_back(payment)
    bank = Bank(shop, payment, told=len(shop.sandbox.notices()))
    assert shop.balances()[f"unapplied:{provider}"] == -TOTAL

    bank("dispute")
    assert shop.balances()[f"unapplied:{provider}"] == -TOTAL
    bank("lose_dispute")

    assert f"unapplied:{provider}" not in shop.balances()  # the bank has given it back
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)


@both
def test_a_dispute_that_is_quicker_than_the_payment(shop: Shop, provider: Kind) -> None:
    """The buyer closed the page and went to the bank; the first we hear of is the dispute."""
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(provider)
    buyer.pays(payment)
    bank = Bank(shop, payment)
    if provider is Kind.PAYPAL:  # nothing is captured before we did it: our own webhook is late
        settle(payment, actor="browser", at=now())
        Payment.objects.filter(pk=payment.pk).update(ids={"order": payment.ids["order"]})
    before = len(shop.sandbox.notices())
    bank.does("dispute")
    for provider_, event in shop.sandbox.notices()[before:]:
        bank.sends(provider_, event)
    deliver_all(at=now())

    payment.refresh_from_db()
    assert payment.state == "captured"
    assert Dispute.objects.get().payment == payment
    assert states(bank) == ["blocked", "blocked"]


@both
def test_what_was_blocked_by_hand_stays_blocked(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    first, second = tickets_of(bank.order)
    block(first, reason="stolen phone", actor="user:1", at=now())
    bank("dispute")
    second.refresh_from_db()
    unblock(second, reason="let him in", actor="user:1", at=now())
    block(second, reason="no, do not", actor="user:1", at=now())
    bank("win_dispute")
    assert states(bank) == ["blocked", "blocked"]


@both
def test_disputed_money_is_released_when_the_dispute_is_over(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    other = paid(shop, provider, heads=1)
    bank("dispute", amount=1000)
    later = shop.event.ends_at + timedelta(days=30)

    release_due(at=later)
    assert of_organizer(shop, provider) == {"pending": 6220, "available": 3610, "reserve": 1000}
    bank("win_dispute")

    assert of_organizer(shop, provider) == {"pending": 0, "available": 10830, "reserve": 0}
    assert other.order.state == "paid"
    all_is_well(shop)


@both
def test_a_dispute_after_the_payout_leaves_the_organizer_owing(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    release_due(at=shop.event.ends_at + timedelta(days=30))
    bank("dispute")
    assert of_organizer(shop, provider) == {"pending": 0, "available": -380, "reserve": TOTAL}
    bank("win_dispute")
    assert of_organizer(shop, provider) == {"pending": 0, "available": 7220, "reserve": 0}
    all_is_well(shop)


def test_a_fee_that_stripe_gives_back(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    assert shop.balances()["fee:dispute:stripe"] == 2000
    shop.sandbox.do("win_dispute", dispute=bank.dispute.provider_id, fee_back=True)
    bank.webhooks_come()
    assert "fee:dispute:stripe" not in shop.balances()
    all_is_well(shop)


def test_an_early_warning_is_kept_and_ends_with_the_refund(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("warn_of_fraud")
    warning = FraudWarning.objects.get()
    assert (warning.payment, warning.actionable) == (bank.payment, True)
    assert warning.kind == "unauthorized_use_of_card"
    assert states(bank) == ["valid", "valid"]

    refund_order(bank.order, actor="user:1", reason="fraud", at=now())
    deliver_all(at=now())
    bank.webhooks_come()

    warning.refresh_from_db()
    assert not warning.actionable
    assert not Dispute.objects.exists()


def test_an_event_called_off_gives_the_money_back_when_the_dispute_is_over(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    call_off(shop.event, actor="user:1", reason="storm", at=now())
    deliver_all(at=now())
    assert states(bank) == ["blocked", "blocked"]
    assert not Refund.objects.exists()

    bank("win_dispute")
    bank.webhooks_come()

    assert states(bank) == ["refunded", "refunded"]
    assert Refund.objects.get().state == "succeeded"
    assert of_organizer(shop, Kind.STRIPE) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)
