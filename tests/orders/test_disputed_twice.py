"""Two disputes over one payment: the organizer bears what was paid once, whatever is decided first."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.orders.services.dispute import look_at_disputes
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, refund
from apps.payments.gateways.base import Kind
from apps.payments.services.submit_refund import submit_refund
from tests.buying import Shop, eur
from tests.disputing import all_is_well, of_organizer, paid, states

pytestmark = pytest.mark.django_db

TOTAL = 7600  # two tickets; 5 % of it are the platform's
BOTH = [Kind.STRIPE, Kind.PAYPAL]
both = pytest.mark.parametrize("provider", BOTH)
NOTHING = {"pending": 0, "available": 0, "reserve": 0}


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
def test_the_second_is_lost_and_the_first_is_won(shop: Shop, provider: Kind) -> None:
    """What the first one kept pays for the second, instead of going back to the organizer."""
    bank = paid(shop, provider)
    first = bank("dispute")
    second = bank("dispute")
    bank("lose_dispute", dispute=second)
    assert shop.balances()[f"loss:{provider}"] == TOTAL  # while the first may still cost as much
    assert of_organizer(shop, provider)["reserve"] == TOTAL

    bank("win_dispute", dispute=first)

    assert f"loss:{provider}" not in shop.balances()
    assert "fee:platform" not in shop.balances()
    assert of_organizer(shop, provider) == NOTHING
    assert states(bank) == ["blocked", "blocked"]
    all_is_well(shop)


@both
def test_both_are_lost(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    first = bank("dispute")
    bank("lose_dispute", dispute=bank("dispute"))
    bank("lose_dispute", dispute=first)

    assert shop.balances()[f"loss:{provider}"] == TOTAL  # the organizer bears it once
    assert of_organizer(shop, provider) == NOTHING
    all_is_well(shop)


@both
def test_the_first_is_won_for_a_part_of_what_the_second_took(shop: Shop, provider: Kind) -> None:
    bank = paid(shop, provider)
    first = bank("dispute", amount=5000)
    bank("lose_dispute", dispute=bank("dispute", amount=4000))
    assert shop.balances()[f"loss:{provider}"] == 1400  # 2,600 were left to take
    bank("win_dispute", dispute=first)

    assert f"loss:{provider}" not in shop.balances()
    assert shop.balances()["fee:platform"] == -180
    assert sum(of_organizer(shop, provider).values()) == 3420
    all_is_well(shop)


@both
def test_a_part_that_failed_pays_for_the_second_when_the_first_is_won(
    shop: Shop, provider: Kind
) -> None:
    """The first one took the failed part for what it is about before the books heard of the loss."""
    bank = paid(shop, provider)
    part = refund(bank.order, Amount(eur(4000)), Giving("user:1", "late"), at=now()).refund
    assert part is not None
    first = bank.does("dispute")
    look_at_disputes(bank.payment, at=now())
    bank.does("lose_dispute", dispute=bank.does("dispute"))
    look_at_disputes(bank.payment, at=now())
    assert shop.balances()[f"loss:{provider}"] == TOTAL
    submit_refund(part.pk, at=now())
    look_at_disputes(bank.payment, at=now())
    bank.webhooks_come()
    bank("win_dispute", dispute=first)

    part.refresh_from_db()
    assert part.state == "failed"
    assert f"unapplied:{provider}" not in shop.balances()
    assert f"loss:{provider}" not in shop.balances()
    assert of_organizer(shop, provider) == NOTHING
    all_is_well(shop)


@both
def test_both_are_lost_and_a_refund_there_is_heard_of_last(shop: Shop, provider: Kind) -> None:
    """Of the second loss nothing was the organizer's, so nothing of it gives way."""
    bank = paid(shop, provider)
    of = bank.payment.ids.get("charge") or bank.payment.ids["capture"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=900)
    for _ in range(2):
        lost = bank.does("dispute")
        bank.does("lose_dispute", dispute=lost)
        look_at_disputes(bank.payment, at=now())
    bank.webhooks_come()

    assert shop.balances()[f"loss:{provider}"] == TOTAL + 900
    assert sum(of_organizer(shop, provider).values()) == 0
    assert "fee:platform" not in shop.balances()
    all_is_well(shop)
