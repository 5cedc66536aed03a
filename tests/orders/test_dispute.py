from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.orders.services.give_back import InDispute
from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, ProviderNotice, Refund
from apps.payments.services.chase import poll_disputes
from tests.buying import Shop
from tests.disputing import FEE, all_is_well, of_organizer, paid, states
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db

TOTAL = 7600  # two tickets; 5 % of it are the platform's
BOTH = [Kind.STRIPE, Kind.PAYPAL]
both = pytest.mark.parametrize("provider", BOTH)


@both
def test_a_dispute_blocks_the_tickets_and_moves_the_money_to_reserve(
    shop: Shop, provider: Kind
) -> None:
    bank = paid(shop, provider)
    assert of_organizer(shop, provider) == {"pending": 7220, "available": 0, "reserve": 0}

    bank("dispute")

    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount_minor, dispute.is_refundable) == ("open", TOTAL, False)
    assert states(bank) == ["blocked", "blocked"]
    assert of_organizer(shop, provider) == {"pending": 0, "available": -380, "reserve": TOTAL}
    assert shop.balances()[f"disputed:{provider}"] == TOTAL
    assert not Refund.objects.exists()
    told = {Kind.STRIPE: "charge.dispute.created", Kind.PAYPAL: "CUSTOMER.DISPUTE.CREATED"}
    assert ProviderNotice.objects.get(type=told[provider]).state == "processed"
    all_is_well(shop)


@both
def test_what_is_won_is_as_it_was(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("dispute")
    bank("win_dispute")

    assert (bank.dispute.state, bank.dispute.reserved_minor) == ("won", 0)
    assert bank.dispute.closed_at is not None
    assert bank.dispute.next_poll_at is None
    assert states(bank) == ["valid", "valid"]
    assert of_organizer(shop, provider) == {"pending": 7220, "available": 0, "reserve": 0}
    assert f"disputed:{provider}" not in shop.balances()
    all_is_well(shop)


@both
def test_what_is_lost_is_gone_with_our_fee_given_back(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("dispute")
    bank("lose_dispute")

    assert (bank.dispute.state, bank.dispute.lost_minor) == ("lost", TOTAL)
    assert states(bank) == ["blocked", "blocked"]  # and keep their places
    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    books = shop.balances()
    assert "fee:platform" not in books
    assert (books[f"fee:dispute:{provider}"], f"disputed:{provider}" in books) == (
        FEE[provider],
        False,
    )
    assert f"loss:{provider}" not in books
    assert bank.dispute.next_poll_at is None
    all_is_well(shop)


@both
def test_a_question_keeps_the_money_and_blocks_nobody(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("inquire")
    assert (bank.dispute.state, states(bank)) == ("inquiry", ["valid", "valid"])
    assert of_organizer(shop, provider)["reserve"] == TOTAL
    assert f"disputed:{provider}" not in shop.balances()

    bank("escalate_dispute")
    assert (bank.dispute.state, states(bank)) == ("open", ["blocked", "blocked"])
    assert of_organizer(shop, provider)["reserve"] == TOTAL
    assert shop.balances()[f"disputed:{provider}"] == TOTAL
    all_is_well(shop)


@both
def test_a_question_that_comes_to_nothing(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("inquire")
    bank("withdraw_dispute")
    assert bank.dispute.state == "withdrawn"
    assert of_organizer(shop, provider) == {"pending": 7220, "available": 0, "reserve": 0}
    all_is_well(shop)


@both
def test_a_refund_answers_a_question(shop: Shop, provider: Kind) -> None:
    """Kept twice until the next look: then nothing is left of it to keep."""
    bank = paid(shop, provider)
    bank("inquire")
    refund_order(bank.order, actor="user:1", reason="settled", at=now())
    bank.webhooks_come()
    assert of_organizer(shop, provider) == {"pending": 0, "available": -7600, "reserve": 7600}

    poll_disputes(at=now() + timedelta(days=1, minutes=1))
    deliver_all(at=now() + timedelta(days=1, minutes=1))

    assert of_organizer(shop, provider) == {"pending": 0, "available": 0, "reserve": 0}
    all_is_well(shop)


@both
def test_a_disputed_order_is_not_refunded(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("dispute", amount=1000)
    with pytest.raises(InDispute):
        refund_order(bank.order, actor="user:1", reason="", at=now())
    assert states(bank) == ["blocked", "blocked"]
    assert not Refund.objects.exists()


@both
def test_part_of_it_lost_leaves_the_rest_to_refund(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("dispute", amount=1900)
    assert of_organizer(shop, provider) == {"pending": 5320, "available": 0, "reserve": 1900}
    bank("lose_dispute")
    assert shop.balances()["fee:platform"] == -285  # 5 % of 57.00
    assert of_organizer(shop, provider) == {"pending": 5320, "available": 95, "reserve": 0}
    all_is_well(shop)


@both
def test_webhooks_twice_and_backwards_are_one_case(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    before = len(shop.sandbox.notices())
    key = bank.does("dispute")
    shop.sandbox.do("win_dispute", dispute=key)
    events = shop.sandbox.notices()[before:]
    for provider_, event in [*reversed(events), *events]:
        bank.sends(provider_, event)
        deliver_all(at=now())

    assert Dispute.objects.count() == 1
    assert bank.dispute.state == "won"
    assert states(bank) == ["valid", "valid"]  # it was over when we heard of it
    all_is_well(shop)


@both
def test_without_webhooks_the_daily_look_finds_the_decision(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("dispute")
    bank.does("lose_dispute")
    assert bank.dispute.state == "open"

    tomorrow = now() + timedelta(days=1, minutes=1)
    assert poll_disputes(at=tomorrow) == 1
    deliver_all(at=tomorrow)

    assert bank.dispute.state == "lost"
    all_is_well(shop)
