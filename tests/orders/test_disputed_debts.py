"""Refunds that failed are a debt; a bank, the dashboard or we pay it, once."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils.timezone import now

from apps.orders.services.dispute import look_at_disputes, settle_failed_refund
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, Whole, refund
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.submit_refund import submit_refund
from tests.buying import Shop, eur
from tests.disputing import all_is_well, of_organizer, paid

pytestmark = pytest.mark.django_db

TOTAL = 7600  # two tickets; 5 % of it are the platform's
BOTH = [Kind.STRIPE, Kind.PAYPAL]
both = pytest.mark.parametrize("provider", BOTH)


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
def test_a_debt_that_a_refund_there_has_paid_is_not_paid_by_a_loss(
    shop: Shop, provider: Kind
) -> None:
    """Parts that we asked for failed; what was refunded there meanwhile was booked as some of it."""
    bank = paid(shop, provider)
    part = refund(bank.order, Amount(eur(7000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=3000)
    bank.does("dispute")
    submit_refund(part.pk, at=now())
    reconcile_refunds(bank.payment, at=now())
    bank.webhooks_come()
    assert shop.balances()[f"unapplied:{provider}"] == -4000
    bank("lose_dispute")

    assert f"unapplied:{provider}" not in shop.balances()
    assert shop.balances()[f"loss:{provider}"] == 3000  # nobody pays twice
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)


def test_a_refund_there_that_failed_before_we_heard_of_it_charges_nobody(shop: Shop) -> None:
    """A part of ours failed as well, and the lost dispute has paid the debt of that."""
    bank = paid(shop, Kind.STRIPE)
    part = refund(bank.order, Amount(eur(4000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    shop.sandbox.do("plan_stripe_refund", outcome="succeeded_fails")
    of = bank.payment.ids["charge"]
    shop.sandbox.do("refund_there", provider="stripe", of=of, amount=5000)
    shop.sandbox.later(5 * 86_400)
    for deed in ("dispute", "lose_dispute"):
        bank.does(deed)
        look_at_disputes(bank.payment, at=now())
    reconcile_refunds(bank.payment, at=now())
    with transaction.atomic():
        settle_failed_refund(bank.payment, at=now())
    submit_refund(part.pk, at=now())
    bank.webhooks_come()

    assert sorted(Refund.objects.values_list("amount_minor", "state")) == [
        (4000, "failed"),
        (5000, "failed"),
    ]
    assert "unapplied:stripe" not in shop.balances()
    assert "loss:stripe" not in shop.balances()
    assert of_organizer(shop, Kind.STRIPE) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)


@both
def test_what_a_refund_there_leaves_of_a_part_that_failed_is_not_our_loss(
    shop: Shop, provider: Kind
) -> None:
    """When the dispute was lost, both seemed to go back; then ours failed, and the other was some of it."""
    bank = paid(shop, provider)
    part = refund(bank.order, Amount(eur(4000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=800)
    for deed in ("dispute", "lose_dispute"):
        bank.does(deed)
        reconcile_refunds(bank.payment, at=now())
        look_at_disputes(bank.payment, at=now())
    assert shop.balances()[f"loss:{provider}"] == 4800
    submit_refund(part.pk, at=now())
    bank.webhooks_come()

    assert shop.balances()[f"loss:{provider}"] == 800  # what went back twice
    assert f"unapplied:{provider}" not in shop.balances()
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    assert "fee:platform" not in shop.balances()
    all_is_well(shop)
