"""Paid with a gift voucher and a card: released where each lies, disputed, refunded behind our back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.orders.models import Order
from apps.orders.services.end_lost import NotLost, end_lost
from apps.orders.services.give_back import Giving, InDispute
from apps.orders.services.refund import Whole, refund
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payouts.services.release import release_due
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from tests.buying import Buyer, Shop, eur
from tests.disputing import Bank
from tests.factories.vouchers import broken, make_voucher, rest
from tests.outbox_pump import deliver_all
from tests.vouchers.test_gift_paying import orders

BY_HER = Giving("user:1", "rain")


def half_by_card(shop: Shop) -> tuple[GiftVoucher, Order, Payment]:
    """76.00: of it 20.00 by a voucher whose money lies at PayPal, and 56.00 at Stripe."""
    voucher = make_voucher(shop.organizer, 2000, provider="paypal")
    ada, order = Buyer(shop), orders(shop, code_of(voucher))
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    paid = ada.comes_back(payment)
    payment.refresh_from_db()
    deliver_all(at=now())
    return voucher, paid, payment


def of_organizer(shop: Shop) -> dict[str, int]:
    found, prefix = shop.balances(), f"org:{shop.organizer.pk}:"
    return {
        code.removeprefix(prefix): -minor
        for code, minor in found.items()
        if code.startswith(prefix)
    }


def test_each_part_is_released_where_it_lies(shop: Shop) -> None:
    half_by_card(shop)
    assert of_organizer(shop) == {"pending:stripe": 5320, "pending:paypal": 1900}
    after = shop.event.ends_at + timedelta(days=shop.organizer.release_days)
    assert (release_due(at=after), release_due(at=after)) == (1, 0)
    assert of_organizer(shop) == {"available:stripe": 5320, "available:paypal": 1900}
    assert broken() == []


def test_a_lost_dispute_takes_the_card_s_part_and_the_rest_goes_back_onto_the_voucher(
    shop: Shop,
) -> None:
    voucher, order, payment = half_by_card(shop)
    bank = Bank(shop, payment, told=len(shop.sandbox.notices()))
    bank("dispute")
    assert (bank.dispute.amount_minor, bank.dispute.reserved_minor) == (5600, 5600)
    with pytest.raises(InDispute):
        refund(order, Whole(), BY_HER, at=now())
    bank("lose_dispute")
    with pytest.raises(NotLost):
        end_lost(bank.dispute, actor="user:1", at=now())
    given = refund(order, Whole(), BY_HER, at=now())
    assert (given.refund, given.amount_minor, given.voucher_minor) == (None, 2000, 2000)
    assert (rest(voucher), of_organizer(shop), broken()) == (2000, {}, [])
    assert "fee:platform" not in shop.balances()


def test_refunded_in_the_provider_s_dashboard_the_voucher_s_part_is_still_to_give(
    shop: Shop,
) -> None:
    voucher, order, payment = half_by_card(shop)
    GATEWAYS[Kind.STRIPE].refund(
        payment.ids, key="dashboard", amount=eur(5600), reason="", reference="x"
    )
    reconcile_refunds(payment, at=now())
    deliver_all(at=now())
    assert rest(voucher) == 0
    refund(order, Whole(), BY_HER, at=now())
    assert (rest(voucher), of_organizer(shop), broken()) == (2000, {}, [])
