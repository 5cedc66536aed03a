"""A bank takes a PayPal payment back by itself: alone, beside a case, or as the end of one."""

from __future__ import annotations

import pytest

from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, ProviderNotice, Refund
from tests.buying import Shop
from tests.disputing import all_is_well, of_organizer, paid, states

pytestmark = pytest.mark.django_db

TOTAL = 7600  # two tickets


def test_a_bank_that_reverses_without_a_case_is_a_dispute_that_is_lost(shop: Shop) -> None:
    bank = paid(shop, Kind.PAYPAL)
    bank("reverse")
    assert ProviderNotice.objects.get(type="PAYMENT.CAPTURE.REVERSED").state == "processed"
    assert (bank.dispute.state, bank.dispute.reason) == ("lost", "REVERSED")
    assert states(bank) == ["blocked", "blocked"]
    assert of_organizer(shop, Kind.PAYPAL) == {"pending": 0, "available": 0, "reserve": 0}
    assert not Refund.objects.exists()
    all_is_well(shop)


def test_a_reversal_that_ends_a_case_is_not_a_second_loss(shop: Shop) -> None:
    bank = paid(shop, Kind.PAYPAL)
    bank("dispute")
    bank("lose_dispute")
    reversed_ = ProviderNotice.objects.get(type="PAYMENT.CAPTURE.REVERSED")
    assert reversed_.state == "processed"
    assert Dispute.objects.count() == 1


def test_a_bank_that_takes_the_money_beside_a_question(shop: Shop) -> None:
    bank = paid(shop, Kind.PAYPAL)
    bank("inquire")
    question = bank.dispute
    bank("reverse")

    question.refresh_from_db()
    assert (question.state, question.withdrawn_minor) == ("withdrawn", 0)
    assert (bank.dispute.reason, bank.dispute.lost_minor) == ("REVERSED", TOTAL)
    assert states(bank) == ["blocked", "blocked"]
    assert of_organizer(shop, Kind.PAYPAL) == {"pending": 0, "available": 0, "reserve": 0}
    assert "loss:paypal" not in shop.balances()
    all_is_well(shop)


@pytest.mark.parametrize("ended", ["win_dispute", "withdraw_dispute", ""])
def test_a_bank_that_takes_the_money_beside_a_claim(shop: Shop, ended: str) -> None:
    """Over, or still running: then PayPal lets go what it held for it, and the bank decides."""
    bank = paid(shop, Kind.PAYPAL)
    bank("dispute")
    claim = bank.dispute
    if ended:
        bank(ended)
    bank("reverse")

    claim.refresh_from_db()
    assert claim.state == ("won" if ended == "win_dispute" else "withdrawn")
    assert (claim.withdrawn_minor, claim.reinstated_minor) == (TOTAL, TOTAL)
    assert (bank.dispute.reason, bank.dispute.lost_minor) == ("REVERSED", TOTAL)
    assert states(bank) == ["blocked", "blocked"]
    assert of_organizer(shop, Kind.PAYPAL) == {"pending": 0, "available": 0, "reserve": 0}
    assert not Refund.objects.exists()
    all_is_well(shop)
