"""What was paid with a gift voucher goes back onto one; what was paid at the provider goes back first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.timezone import now

from apps.core.money import Money
from apps.exports.datev.facts import facts_of
from apps.ledger.models import Posting
from apps.orders.models import Order, OrderRefund
from apps.orders.selectors import refunds_of, status
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, Tickets, Whole, refund
from apps.orders.services.start_payment import finish_free
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.block import block, replace
from apps.vouchers.services.expire import expire_due
from apps.vouchers.services.write_voucher import Recipient
from apps.vouchers.states import Origin, VoucherState
from tests.buying import Buyer, Shop
from tests.factories.vouchers import broken, make_voucher, rest
from tests.vouchers.test_gift_paying import orders

BY_HER = Giving("user:1", "rain")


def paid_with(shop: Shop, voucher: GiftVoucher, heads: int = 2) -> Order:
    order = orders(shop, code_of(voucher), heads)
    if not order.due:
        return finish_free(order, at=now())
    ada = Buyer(shop)
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    return ada.comes_back(payment)


def backs() -> list[tuple[int, int, int]]:
    """Of each decision: all, onto the voucher, and at the provider."""
    found = OrderRefund.objects.order_by("pk")
    return [
        (d.amount_minor, d.voucher_minor, d.refund.amount_minor if d.refund else 0) for d in found
    ]


def test_the_card_first_and_the_rest_onto_the_voucher(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 5000, provider="paypal")
    order = paid_with(shop, voucher)  # 50.00 by voucher, 26.00 by card
    unit = order.lines.get().units.order_by("pk")[0]
    refund(order, Tickets(frozenset([unit.pk])), BY_HER, at=now())
    assert (backs(), rest(voucher)) == ([(3800, 1200, 2600)], 1200)
    refund(order, Whole(), BY_HER, at=now())
    assert (backs()[1:], rest(voucher)) == ([(3800, 3800, 0)], 5000)
    assert status(order, refunds_of(order)) == "refunded"
    books, pk = shop.balances(), shop.organizer.pk
    assert books[f"voucher:{voucher.pk}:paypal"] == -5000
    assert books["refunds_in_transit:stripe"] == -2600
    assert "fee:platform" not in books
    left = sum(minor for code, minor in books.items() if code.startswith(f"org:{pk}:"))
    assert (left, broken()) == (0, [])


def test_an_amount_off_an_order_that_the_voucher_paid(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    order = paid_with(shop, voucher)
    refund(order, Amount(Money(500, "EUR")), BY_HER, at=now())
    assert (backs(), rest(voucher), Refund.objects.count()) == ([(500, 500, 0)], 2900, 0)
    assert status(order, []) == "partially_refunded"
    whole = refund(order, Whole(), BY_HER, at=now())
    assert (rest(voucher), broken()) == (10_000, [])
    posting = Posting.objects.get(key=f"refund_requested:order_refund:{whole.pk}")
    (part,) = facts_of([posting]).parts(posting)  # as it is booked for an accountant
    assert (part.rate, part.amount) == (Decimal(7), -7100)
    assert shop.balances() == {"clearing:stripe": 10_000, f"voucher:{voucher.pk}:stripe": -10_000}


@pytest.mark.parametrize("how", ["blocked", "expired"])
def test_when_it_does_not_work_any_more_a_new_one_is_issued_to_the_buyer(
    shop: Shop, how: str
) -> None:
    voucher = make_voucher(shop.organizer)
    order = paid_with(shop, voucher)
    if how == "blocked":
        block(voucher, reason="lost", actor="user:1", at=now())
    else:
        assert expire_due(at=voucher.expires_at) == 1
    decided = refund(order, Whole(), BY_HER, at=now())
    new = decided.voucher
    assert new is not None
    assert (new.pk != voucher.pk, new.origin, new.face_minor) == (True, Origin.REFUND, 2000)
    assert (new.recipient_email, new.recipient_name) == ("ada@example.org", "Ada Byron")
    assert (rest(new), rest(voucher), broken()) == (2000, 0, [])
    assert Message.objects.filter(topic="voucher.issued", payload__id=new.pk).count() == 1


def test_when_it_was_replaced_the_other_one_gets_it(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 3000)
    order = paid_with(shop, voucher, heads=1)  # 30.00 of 38.00
    other = paid_with(shop, lost := make_voucher(shop.organizer, 5000), heads=1)
    instead = replace(lost, Recipient("Ada"), reason="lost", actor="user:1", at=now())
    assert (rest(lost), rest(instead), instead.state) == (0, 1200, VoucherState.LIVE)
    refund(other, Whole(), BY_HER, at=now())
    refund(order, Whole(), BY_HER, at=now())
    assert (rest(lost), rest(instead), rest(voucher)) == (0, 5000, 3000)
    assert (GiftVoucher.objects.count(), broken()) == (3, [])
