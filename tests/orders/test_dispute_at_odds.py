"""Disputes over money that is not simply there: gone, released, paid out, not yet known, disputed twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from apps.events.services.call_off import call_off
from apps.orders.services.dispute import look_at_disputes, settle_failed_refund
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, Whole, refund, refund_order
from apps.orders.services.settle import settle
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, FraudWarning, Payment, Refund
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.submit_refund import submit_refund
from apps.payouts.services.release import release_due
from apps.tickets.services.block import block, unblock
from tests.buying import Buyer, Shop, eur, tickets_of
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
def test_a_loss_pays_no_debt_that_a_refund_there_has_paid(shop: Shop, provider: Kind) -> None:
    """
    All went back in the dashboard, and before we heard of it we asked for a part. That fails, and is
    looked at before the books know what the refund there was for.
    """
    bank = paid(shop, provider)
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of)
    part = refund(bank.order, Amount(eur(958)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    bank.does("dispute")
    reconcile_refunds(bank.payment, at=now())
    submit_refund(part.pk, at=now())
    look_at_disputes(bank.payment, at=now())
    bank.does("lose_dispute")
    look_at_disputes(bank.payment, at=now())
    with transaction.atomic():
        settle_failed_refund(bank.payment, at=now())
    assert shop.balances()[f"loss:{provider}"] == TOTAL
    assert shop.balances()[f"unapplied:{provider}"] == -958
    bank.webhooks_come()

    part.refresh_from_db()
    assert part.state == "failed"
    assert shop.balances()[f"loss:{provider}"] == TOTAL
    assert f"unapplied:{provider}" not in shop.balances()
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)


@both
def test_a_debt_that_a_loss_has_paid_is_not_paid_by_a_refund_there(
    shop: Shop, provider: Kind
) -> None:
    """
    A part that we asked for failed, so it is owed to the buyer until the lost dispute gives it to them.
    Only then the books ask what a part refunded in the dashboard was for: nothing is owed any more.
    """
    bank = paid(shop, provider)
    part = refund(bank.order, Amount(eur(1000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=800)
    bank.does("dispute")
    reconcile_refunds(bank.payment, at=now())
    submit_refund(part.pk, at=now())
    assert shop.balances()[f"unapplied:{provider}"] == -1000
    look_at_disputes(bank.payment, at=now())
    bank.does("lose_dispute")
    look_at_disputes(bank.payment, at=now())
    assert f"unapplied:{provider}" not in shop.balances()
    bank.webhooks_come()

    assert f"unapplied:{provider}" not in shop.balances()
    assert shop.balances()[f"loss:{provider}"] == 800  # nobody pays twice
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    assert "fee:platform" not in shop.balances()
    all_is_well(shop)


@both
def test_what_was_lost_is_not_refunded_while_the_books_hear_of_a_failure(
    shop: Shop, provider: Kind
) -> None:
    """A part that we asked for was taken by the loss, and has failed a moment ago."""
    bank = paid(shop, provider)
    part = refund(bank.order, Amount(eur(4000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    for deed in ("dispute", "lose_dispute"):
        bank.does(deed)
        look_at_disputes(bank.payment, at=now())
    assert shop.balances()[f"loss:{provider}"] == 4000
    submit_refund(part.pk, at=now())
    part.refresh_from_db()
    assert part.state == "failed"

    whole = refund(bank.order, Whole(), Giving("user:1", "called off"), at=now())
    assert (whole.amount_minor, whole.refund) == (0, None)
    bank.webhooks_come()

    assert f"loss:{provider}" not in shop.balances()
    assert f"unapplied:{provider}" not in shop.balances()
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
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
def test_two_disputes_on_one_charge_do_not_keep_more_than_it_was(
    shop: Shop, provider: Kind
) -> None:
    bank = paid(shop, provider)
    first = bank("dispute", amount=5000)
    second = bank("dispute", amount=5000)
    assert of_organizer(shop, provider)["reserve"] == TOTAL

    bank("win_dispute", dispute=first)
    assert states(bank) == ["blocked", "blocked"]  # the other still runs
    bank("win_dispute", dispute=second)

    assert states(bank) == ["valid", "valid"]
    assert of_organizer(shop, provider) == {"pending": 7220, "available": 0, "reserve": 0}
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
