"""A gift voucher at the till: it pays a whole sale, puts nothing into the till, and gets its money back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apps.box_office.models import TillLine
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from apps.vouchers.keys import code_of
from apps.vouchers.models import VoucherHold
from apps.vouchers.services.block import block
from tests.factories.box_office import Seller, books_of
from tests.factories.selling import make_organizer
from tests.factories.vouchers import broken, make_voucher, rest


def types(selin: Seller, order: Order, code: str) -> int:
    return selin.sends(f"sales/{order.reference}/voucher/", voucher=code)


def lines(order: Order) -> list[tuple[str, int]]:
    return list(
        TillLine.objects.filter(order=order).order_by("pk").values_list("kind", "amount_minor")
    )


def test_it_pays_the_whole_sale_and_the_till_holds_what_it_held(
    selin: Seller, parkett: Variant
) -> None:
    voucher = make_voucher(parkett.event.organizer, 5000)
    selin.opens_till()
    order = selin.chooses(parkett)
    assert types(selin, order, code_of(voucher)) == 200
    assert f"Gift voucher {voucher} pays €38.00." in selin.words
    assert "Cash: what do they give you?" not in selin.words
    assert code_of(voucher) not in selin.page
    for _ in range(2):
        assert selin.is_paid(order, "") == 200
        assert f"Gift voucher {voucher}" in selin.words
    order.refresh_from_db()
    assert (order.state, rest(voucher), lines(order)) == (OrderState.PAID, 1200, [("sale", 0)])
    books = books_of(order.organizer_id)
    assert books[f"till:ORG:{selin.device.pk}"] == 10_000
    assert books["org:ORG:available:stripe"] == -(3800 - order.fee_minor)
    assert (Ticket.objects.count(), Payment.objects.count(), broken()) == (1, 0, [])
    assert selin.closes_till("100") == 200


def test_what_does_not_pay_all_of_it_pays_nothing_of_it(selin: Seller, parkett: Variant) -> None:
    voucher = make_voucher(parkett.event.organizer, 5000)
    selin.opens_till()
    order = selin.chooses(parkett, 2)
    assert types(selin, order, code_of(voucher)) == 422
    assert "It pays only €50.00, and at the box office a voucher pays a whole sale." in selin.words
    assert code_of(voucher) not in selin.words
    order.refresh_from_db()
    assert (order.voucher_minor, VoucherHold.objects.count()) == (0, 0)
    with pytest.raises(IntegrityError, match="order_of_a_till"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(voucher=voucher, voucher_minor=5000)
    assert selin.is_paid(order, given=8000) == 200
    assert (rest(voucher), lines(order), broken()) == (5000, [("sale", 7600)], [])


def test_a_stranger_s_or_a_blocked_one_is_refused_and_cash_still_pays(
    selin: Seller, parkett: Variant
) -> None:
    selin.opens_till()
    order = selin.chooses(parkett)
    foreign = make_voucher(make_organizer("Somebody Else"), 5000)
    assert types(selin, order, code_of(foreign)) == 422
    assert "We do not know this gift voucher." in selin.words
    mine = make_voucher(parkett.event.organizer, 5000)
    types(selin, order, code_of(mine))
    block(mine, reason="stolen", actor="user:1", at=now())
    assert selin.is_paid(order, "") == 200
    assert "Not sold: the gift voucher does not pay any more." in selin.page
    assert lines(order) == []
    assert types(selin, order, "") == 200
    assert selin.is_paid(order, given=5000) == 200
    assert (lines(order), rest(mine), rest(foreign)) == ([("sale", 3800)], 5000, 5000)


def test_let_go_it_is_free_again(selin: Seller, parkett: Variant) -> None:
    voucher = make_voucher(parkett.event.organizer, 3800)
    selin.opens_till()
    first, second = selin.chooses(parkett), selin.chooses(parkett)
    types(selin, first, code_of(voucher))
    assert types(selin, second, code_of(voucher)) == 422
    selin.sends(f"sales/{first.reference}/cancellation/")
    assert types(selin, second, code_of(voucher)) == 200
    assert selin.is_paid(second, "") == 200
    assert (rest(voucher), lines(first), broken()) == (0, [], [])


def test_given_back_it_is_on_the_voucher_again_and_no_cash_leaves_the_till(
    selin: Seller, parkett: Variant
) -> None:
    voucher = make_voucher(parkett.event.organizer, 7600)
    selin.opens_till("0")
    order = selin.chooses(parkett, 2)
    types(selin, order, code_of(voucher))
    selin.is_paid(order, "")
    selin.opens(f"sales/{order.reference}/return/")
    assert f"It goes back onto gift voucher {voucher}, or a new one." in selin.words
    unit = order.lines.get().units.order_by("pk")[0]
    path = f"sales/{order.reference}/return/"
    assert selin.sends(path, some="1", unit=unit.pk, reason="ill") == 200
    assert (rest(voucher), lines(order)) == (3800, [("sale", 0), ("refund", 0)])
    assert f"till:ORG:{selin.device.pk}" not in books_of(order.organizer_id)
    assert broken() == []
