"""A gift voucher from the checkout to the books: it pays what it can, and is free again when it does not."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.cancel import cancel
from apps.orders.services.change_code import change_code
from apps.orders.services.details import Details, save_details
from apps.orders.services.expire import expire
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.put_voucher import put_voucher, take_voucher_off
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import NotPayable, finish_free
from apps.orders.services.vouchers import VoucherGone
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.variants.models import Variant
from apps.variants.refusals import Reason
from apps.vouchers.keys import code_of
from apps.vouchers.models import SPENT, GiftVoucher, VoucherHold
from apps.vouchers.services.block import block
from tests.buying import Buyer, Shop
from tests.factories.codes import make_discount
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.vouchers import broken, make_voucher, rest

ADA = Details(email="ada@example.org", name="Ada Byron")


def orders(shop: Shop, typed: str, heads: int = 2, *, beside: str = "") -> Order:
    selection = Selection(shop.event, {shop.parkett.pk: heads}, typed, beside)
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    order = place(selection, buyer, Circumstances(), at=now())
    save_details(order, ADA, at=now())
    return order


def holds(voucher: GiftVoucher) -> list[tuple[int, bool]]:
    """Amount, and whether it is spent."""
    found = VoucherHold.objects.filter(voucher=voucher).order_by("pk")
    return [(hold.amount_minor, hold.held_until == SPENT) for hold in found]


def refused(shop: Shop, typed: str) -> list[Reason]:
    with pytest.raises(Refused) as why:
        orders(shop, typed)
    return [refusal.reason for refusal in why.value.refusals]


def test_it_pays_its_part_and_the_card_the_rest(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 2000, provider="paypal")
    order = orders(shop, code_of(voucher).lower())
    assert (order.total_minor, order.voucher_minor, order.due.minor) == (7600, 2000, 5600)
    assert (holds(voucher), rest(voucher)) == ([(2000, False)], 2000)
    ada = Buyer(shop)
    payment = ada.goes_to(Kind.STRIPE, order)
    assert payment.amount_minor == 5600
    ada.pays(payment)
    paid = ada.comes_back(payment)
    assert (paid.state, rest(voucher), holds(voucher)) == (OrderState.PAID, 0, [(2000, True)])
    books, pk = shop.balances(), shop.organizer.pk
    # 5 % of 76.00 is 3.80: 2.80 of the card's part, 1.00 of the voucher's.
    assert books[f"org:{pk}:pending:stripe"] == -(5600 - 280)
    assert books[f"org:{pk}:pending:paypal"] == -(2000 - 100)
    assert books["fee:platform"] == -380
    assert f"voucher:{voucher.pk}:paypal" not in books
    assert broken() == []


def test_it_pays_all_of_it_and_nobody_is_asked(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    order = finish_free(orders(shop, code_of(voucher)), at=now())
    assert (order.state, rest(voucher), Payment.objects.count()) == (OrderState.PAID, 2400, 0)
    assert shop.balances() == {
        "clearing:stripe": 10_000,
        f"voucher:{voucher.pk}:stripe": -2400,
        f"org:{shop.organizer.pk}:pending:stripe": -7220,
        "fee:platform": -380,
    }
    assert broken() == []


def test_two_orders_share_what_is_on_it(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 5000)
    first = orders(shop, code_of(voucher), heads=1)
    second = orders(shop, code_of(voucher), heads=1)
    assert (first.voucher_minor, second.voucher_minor) == (3800, 1200)
    assert refused(shop, code_of(voucher)) == [Reason.VOUCHER_IN_USE]
    finish_free(first, at=now())
    assert refused(shop, code_of(voucher)) == [Reason.VOUCHER_IN_USE]
    cancel(second, actor=second.buyer, reason="", at=now())
    third = orders(shop, code_of(voucher), heads=1)
    assert third.voucher_minor == 1200


def test_what_is_spent_is_not_in_use(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 7600)
    finish_free(orders(shop, code_of(voucher)), at=now())
    assert refused(shop, code_of(voucher)) == [Reason.VOUCHER_EMPTY]


def test_of_an_order_that_ends_unpaid_it_is_free_again(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    order = orders(shop, code_of(voucher))
    cancel(order, actor=order.buyer, reason="", at=now())
    assert holds(voucher) == []
    order = orders(shop, code_of(voucher))
    assert expire(order, at=order.pay_by)
    assert (holds(voucher), rest(voucher)) == ([], 2000)


def test_at_checkout_it_is_put_on_and_taken_off_and_a_begun_payment_is_given_up(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    ada = Buyer(shop)
    order = ada.fills_in(ada.chooses())
    before = ada.goes_to(Kind.STRIPE, order)
    order.refresh_from_db()
    put_voucher(order, code_of(voucher), at=now())
    before.refresh_from_db()
    order.refresh_from_db()
    assert (before.state, order.state, order.due.minor) == ("expired", OrderState.OPEN, 5600)
    take_voucher_off(order, at=now())
    order.refresh_from_db()
    assert (order.voucher, order.due.minor, holds(voucher)) == (None, 7600, [])


def test_a_code_makes_it_cheaper_and_the_voucher_pays_on(shop: Shop) -> None:
    make_discount(shop.organizer)
    voucher = make_voucher(shop.organizer, 10_000)
    order = orders(shop, code_of(voucher))
    assert order.voucher_minor == 7600
    cheaper = change_code(order, "WELCOME10", ADA, at=now())
    assert (cheaper.total_minor, cheaper.voucher_minor, cheaper.due.minor) == (6840, 6840, 0)
    assert holds(voucher) == [(6840, False)]
    both = orders(shop, "WELCOME10", heads=1, beside=code_of(voucher))
    assert (both.total_minor, both.voucher_minor) == (3420, 3160)


def test_what_is_not_a_voucher_of_this_organizer_pays_nothing(shop: Shop) -> None:
    voucher, elsewhere = make_voucher(shop.organizer), make_voucher(make_organizer("Kulturwerk"))
    assert refused(shop, "0123-4567-89AB-CDEF") == [Reason.VOUCHER_UNKNOWN]
    assert refused(shop, code_of(elsewhere)) == [Reason.VOUCHER_UNKNOWN]
    assert refused(shop, voucher.digest[:16]) == [Reason.VOUCHER_UNKNOWN]
    block(voucher, reason="lost", actor="user:1", at=now())
    assert refused(shop, code_of(voucher)) == [Reason.VOUCHER_OVER]
    francs = make_event(shop.organizer, at=now(), currency="CHF")
    make_quota(francs, 3, ticket := make_variant(francs))
    there = Selection(francs, {ticket.pk: 1}, code_of(make_voucher(shop.organizer)))
    with pytest.raises(Refused, match="another currency"):
        place(there, browser_buyer(uuid.uuid4(), address=""), Circumstances(), at=now())


def test_blocked_meanwhile_it_pays_nothing_and_the_card_s_part_goes_back(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    ada, order = Buyer(shop), orders(shop, code_of(voucher))
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    block(voucher, reason="stolen", actor="user:1", at=now())
    after = ada.comes_back(payment)
    assert (after.state, after.lines.get().units.count()) == (OrderState.EXPIRED, 0)
    assert Refund.objects.get().amount_minor == 5600
    assert (rest(voucher), broken()) == (2000, [])


def test_blocked_before_it_is_paid_no_payment_is_begun_and_paypal_is_not_captured(
    shop: Shop,
) -> None:
    voucher = make_voucher(shop.organizer)
    ada, order = Buyer(shop), orders(shop, code_of(voucher))
    payment = ada.goes_to(Kind.PAYPAL, order)
    ada.pays(payment)
    block(voucher, reason="stolen", actor="user:1", at=now())
    after = ada.comes_back(payment)
    assert (after.state, after.lines.get().units.count()) == (OrderState.PENDING, 0)
    other = orders(shop, code_of(make_voucher(shop.organizer)), heads=1)
    assert other.voucher is not None
    block(other.voucher, reason="stolen", actor="user:1", at=now())
    with pytest.raises(VoucherGone):
        ada.goes_to(Kind.STRIPE, other)
    assert (Refund.objects.count(), "clearing:paypal" in shop.balances()) == (0, False)


def test_blocked_meanwhile_it_does_not_pay_for_all_either(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    order = orders(shop, code_of(voucher))
    block(voucher, reason="stolen", actor="user:1", at=now())
    with pytest.raises(VoucherGone):
        finish_free(order, at=now())
    order.refresh_from_db()
    assert (order.state, rest(voucher)) == (OrderState.OPEN, 10_000)


def test_late_money_takes_it_again_when_it_is_still_there(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    ada, order = Buyer(shop), orders(shop, code_of(voucher))
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    Order.objects.filter(pk=order.pk).update(state=OrderState.EXPIRED)
    VoucherHold.objects.all().delete()
    after = ada.comes_back(payment)
    assert (after.state, after.late, rest(voucher)) == (OrderState.PAID, True, 0)
    assert broken() == []


def test_late_money_goes_back_when_somebody_else_has_spent_it(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    ada, order = Buyer(shop), orders(shop, code_of(voucher))
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    Order.objects.filter(pk=order.pk).update(state=OrderState.EXPIRED)
    VoucherHold.objects.all().delete()
    other = orders(shop, code_of(voucher), heads=1)
    assert other.voucher_minor == 2000
    after = ada.comes_back(payment)
    assert (after.state, Refund.objects.get().amount_minor) == (OrderState.EXPIRED, 5600)
    assert (holds(voucher), broken()) == ([(2000, False)], [])


def test_money_of_another_sum_than_is_due_buys_nothing(shop: Shop) -> None:
    """It was asked for before the voucher was put on, and its page could not be closed."""
    voucher = make_voucher(shop.organizer)
    ada = Buyer(shop)
    order = ada.fills_in(ada.chooses())
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    Order.objects.filter(pk=order.pk).update(voucher=voucher, voucher_minor=2000)
    after = ada.comes_back(payment)
    assert (after.state, Refund.objects.get().amount_minor) == (OrderState.PENDING, 7600)
    assert rest(voucher) == 2000


def test_a_rest_no_provider_takes_is_made_larger(shop: Shop, settings: Settings) -> None:
    settings.PAYPAL_CLIENT_ID = ""
    voucher = make_voucher(shop.organizer, 7580)
    order = orders(shop, code_of(voucher))
    assert (order.voucher_minor, order.due.minor) == (7550, 50)


def test_where_a_rest_no_provider_takes_would_stay_it_is_said_so(
    shop: Shop, settings: Settings
) -> None:
    settings.PAYPAL_CLIENT_ID = ""
    Variant.objects.filter(pk=shop.parkett.pk).update(price_minor=50)
    voucher = make_voucher(shop.organizer, 20)
    with pytest.raises(Refused) as why:
        orders(shop, code_of(voucher), heads=1)
    assert [refusal.reason for refusal in why.value.refusals] == [Reason.VOUCHER_TOO_LITTLE]
    assert (holds(voucher), rest(voucher)) == ([], 20)


def test_a_paid_order_takes_no_voucher(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 20_000)
    order = finish_free(orders(shop, code_of(voucher)), at=now())
    with pytest.raises(NotPayable):
        put_voucher(order, code_of(voucher), at=now())
    with pytest.raises(NotPayable):
        take_voucher_off(order, at=now())
    late = orders(shop, "", heads=1)
    with pytest.raises(NotPayable):
        put_voucher(late, code_of(voucher), at=late.pay_by + timedelta(seconds=1))
    assert rest(voucher) == 12_400
