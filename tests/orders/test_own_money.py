"""Money in the organizer's own hand: sold with the same services, and never ours to pay out."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.console.selectors.money import books_of
from apps.core.money import Money
from apps.events.services.call_off import call_off
from apps.inventory.availability import count
from apps.ledger import balances, chart, recipes
from apps.ledger import invariants as ledger_invariants
from apps.ledger.post import post
from apps.orders import invariants
from apps.orders.buyers import Buyer
from apps.orders.models import Order
from apps.orders.selectors import refunds_of, status
from apps.orders.services.booking import hand
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import NotRefundable, hand_back, refund_order
from apps.orders.services.send_back import owed_to_buyer
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import Addresses, NotPayable, start_payment
from apps.orders.services.take_money import take_money
from apps.orders.states import Channel, OrderState
from apps.payments.gateways.base import Kind
from apps.payments.gateways.offline import Method, Taken
from apps.payments.models import Payment, Refund
from apps.payouts.services.propose import propose
from apps.payouts.statement import statement
from apps.variants.models import Variant
from tests.factories.box_office import books_of as books_of_organizer
from tests.factories.box_office import broken
from tests.factories.selling import (
    make_event,
    make_fees,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
)
from tests.factories.world import buy
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db
DEVICE = 5


@pytest.fixture
def parkett() -> Variant:
    parkett = make_variant(make_event(make_organizer(release_at_sale=True), at=now()))
    make_quota(parkett.event, 10, parkett)
    return parkett


def chosen(parkett: Variant, heads: int = 1) -> Order:
    buyer = Buyer(f"device:{DEVICE}:{uuid.uuid4()}")
    circumstances = Circumstances(channel=Channel.BOX_OFFICE)
    return place(Selection(parkett.event, {parkett.pk: heads}), buyer, circumstances, at=now())


def started(order: Order) -> Payment:
    return start_payment(order, Kind.OFFLINE, Addresses("", ""), at=now())


def taken(payment: Payment, method: Method = Method.CASH) -> Order:
    with transaction.atomic():
        return take_money(payment, Taken(method, DEVICE), actor=f"device:{DEVICE}", at=now())


def sold(parkett: Variant, heads: int = 1, method: Method = Method.CASH) -> Order:
    return taken(started(chosen(parkett, heads)), method)


def books(parkett: Variant) -> dict[str, int]:
    return books_of_organizer(parkett.event.organizer_id)


def sound() -> list[str]:
    return broken(invariants, ledger_invariants)


def test_cash_goes_to_the_till_and_only_the_fee_is_owed(parkett: Variant) -> None:
    order = sold(parkett, 2)
    assert (order.state, order.channel, order.email, order.name) == ("paid", "box_office", "", "")
    assert count(parkett.event_id).of(parkett.pk) == 8
    assert books(parkett) == {
        f"till:ORG:{DEVICE}": 7600,
        "own_sales:ORG": -7600,
        "org:ORG:available:stripe": 380,
        "fee:platform": -380,
    }
    payment = Payment.objects.get()
    assert (payment.state, payment.fee_minor, payment.ids["method"]) == ("captured", 0, "cash")
    deliver_all(at=now())
    assert (undelivered(), sound()) == ([], [])


def test_the_card_terminal_has_an_account_of_its_own(parkett: Variant) -> None:
    sold(parkett, method=Method.CARD)
    assert books(parkett)[f"terminal:ORG:{DEVICE}"] == 3800
    assert f"till:ORG:{DEVICE}" not in books(parkett)


def test_the_fee_is_owed_where_the_organizer_is_paid(parkett: Variant) -> None:
    make_payable(parkett.event.organizer, "paypal")
    sold(parkett)
    assert books(parkett)["org:ORG:available:paypal"] == 190


def test_sales_of_one_device_do_not_meet(parkett: Variant) -> None:
    first, second = chosen(parkett), chosen(parkett)
    assert first.claim != second.claim
    assert count(parkett.event_id).of(parkett.pk) == 8
    taken(started(second))
    assert Order.objects.get(pk=first.pk).state == OrderState.OPEN


def test_taking_twice_is_refused_and_changes_nothing(parkett: Variant) -> None:
    payment = started(chosen(parkett))
    taken(payment)
    with pytest.raises(NotPayable):
        taken(payment)
    settle(payment, actor="system", at=now())
    assert books(parkett)[f"till:ORG:{DEVICE}"] == 3800


def test_money_for_an_event_that_was_called_off_is_not_taken(parkett: Variant) -> None:
    payment = started(chosen(parkett))
    call_off(parkett.event, reason="storm", actor="user:1", at=now())
    with pytest.raises(NotPayable):
        taken(payment)
    payment.refresh_from_db()
    assert (payment.state, books(parkett)) == ("awaiting_buyer", {})


def test_it_is_handed_back_out_of_a_till_with_the_fee(parkett: Variant) -> None:
    order = sold(parkett)
    till = hand(parkett.event.organizer_id, DEVICE, Method.CASH)
    refund = hand_back(order, out_of=till, actor="device:5", reason="ill", at=now())
    assert refund is not None
    assert (books(parkett), count(parkett.event_id).of(parkett.pk)) == ({}, 10)
    deliver_all(at=now())
    refund.refresh_from_db()
    assert (refund.state, status(order, refunds_of(order)), undelivered()) == (
        "succeeded",
        "refunded",
        [],
    )
    with pytest.raises(NotRefundable):
        hand_back(order, out_of=till, actor="device:5", reason="ill", at=now())
    assert (Refund.objects.count(), books(parkett), sound()) == (1, {}, [])


def test_beside_a_till_only_the_fee_is_booked(parkett: Variant) -> None:
    order = sold(parkett)
    refund_order(order, actor="user:1", reason="ill", at=now())
    deliver_all(at=now())
    assert books(parkett) == {f"till:ORG:{DEVICE}": 3800, "own_sales:ORG": -3800}
    assert (Refund.objects.get().state, undelivered(), sound()) == ("succeeded", [], [])


def test_a_free_organizer_owes_no_fee_and_gets_none_back(parkett: Variant) -> None:
    make_fees(parkett.event.organizer, Band(Decimal(0)))
    order = sold(parkett)
    assert books(parkett) == {f"till:ORG:{DEVICE}": 3800, "own_sales:ORG": -3800}
    refund_order(order, actor="user:1", reason="ill", at=now())
    assert (Refund.objects.count(), sound()) == (1, [])


def test_a_payout_is_less_the_fees_of_own_sales_and_says_so(parkett: Variant) -> None:
    payee = make_payable(parkett.event.organizer, "paypal")
    buy(parkett.event, parkett, 1, at=now())
    order = sold(parkett)
    with transaction.atomic():
        some = recipes.provider_fee("paypal", "x", Money(1, "EUR"))
        post(some, subject="x", at=now())
    payout = propose(payee, "EUR", at=now())
    assert payout
    paper = statement(payout)
    assert (payout.amount_minor, paper.door_fees.minor, paper.refunds) == (3420, -190, ())
    (line,) = paper.at_the_door
    assert (line.order, line.gross, line.amount.minor) == (order, Money(3800, "EUR"), -190)
    (book,) = books_of([parkett.event.organizer_id])
    assert (book.sold.minor, book.fees.minor, book.owed.minor, book.own.minor) == (
        3800,
        380,
        3420,
        3800,
    )


def test_nothing_in_the_hand_is_owed_to_a_buyer(parkett: Variant) -> None:
    order = sold(parkett)
    payment = Payment.objects.get()
    assert owed_to_buyer(payment, order) == Money.zero("EUR")
    available = chart.available(parkett.event.organizer_id, "stripe")
    assert balances.balance(available, "EUR").minor == 190
