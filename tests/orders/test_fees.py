"""Who bears what: frozen when an order is placed, and booked once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.console.selectors.money import books_of
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger.balances import all_balances
from apps.orders import invariants
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order, OrderLine, OrderPayment
from apps.orders.services.complimentary import Guest, give_tickets
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import refund_order
from apps.orders.services.settle import conclude
from apps.orders.services.upgrade import begin_upgrade, face_of_one
from apps.payments.gateways.base import Attempt, RefundView
from apps.payments.models import Payment, Refund
from apps.payments.services.apply_refund import apply_refund
from apps.payments.states import PaymentState, RefundState
from apps.payouts.services.propose import propose
from apps.payouts.services.release import release_due
from apps.payouts.statement import statement
from apps.variants.models import Variant
from tests.factories.box_office import broken
from tests.factories.selling import (
    make_event,
    make_fees,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
)
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db

FIVE_AND_ONE_EURO = Band(Decimal(5), fixed=100)


@pytest.fixture
def parkett() -> Variant:
    variant = make_variant(make_event(make_organizer(), at=now()))
    make_quota(variant.event, 20, variant)
    return variant


def places(variant: Variant, heads: int = 2, *, at: datetime | None = None) -> Order:
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    circumstances = Circumstances(email="ada@example.org", name="Ada Byron")
    event = Event.objects.get(pk=variant.event_id)
    return place(Selection(event, {variant.pk: heads}), buyer, circumstances, at=at or now())


def begins(order: Order) -> Payment:
    name = uuid.uuid4().hex[:12].upper()
    payment = Payment.objects.create(
        reference=name,
        purpose=order.subject,
        provider="paypal",
        amount_minor=order.total_minor,
        currency=order.currency,
        pay_by=order.pay_by,
        created_at=now(),
    )
    OrderPayment.objects.create(order=order, payment=payment)
    return payment


def told(payment: Payment, fee: int | None) -> None:
    """The provider tells of the captured payment, with its fee when it is known."""
    kept = Money(fee, "EUR") if fee is not None else None
    ids = {"order": f"O-{payment.reference}", "capture": f"C-{payment.reference}"}
    seen = Attempt(PaymentState.CAPTURED, ids, total=payment.amount, fee=kept)
    conclude(payment, seen, actor="provider:paypal", at=now())


def pays(order: Order, fee: int | None = 37) -> Payment:
    payment = begins(order)
    told(payment, fee)
    return payment


def gives_back(order: Order, fee_returned: int) -> Refund:
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    with transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state=RefundState.SUBMITTING)
        returned = Money(fee_returned, "EUR")
        seen = RefundView(RefundState.SUCCEEDED, "R-1", refund.amount, fee_returned=returned)
        apply_refund(refund.pk, seen, at=now())
    deliver_all(at=now())
    return refund


def books() -> dict[str, int]:
    """Without the organizer's number."""
    found = {}
    for (code, _), money in all_balances().items():
        parts = code.split(":")
        name = ":".join(["org", *parts[2:]]) if parts[0] == "org" else code
        if money:
            found[name] = money.minor
    return found


def line(order: Order) -> tuple[int, ...]:
    (only,) = OrderLine.objects.filter(order=order)
    return (only.unit_price_minor, only.total_minor, only.fee_minor, only.buyer_fee_minor)


def clean() -> bool:
    return broken(invariants) == []


def test_the_organizer_bears_it_unless_it_says_otherwise(parkett: Variant) -> None:
    make_fees(parkett.event.organizer, FIVE_AND_ONE_EURO, at=now(), currency="EUR")
    order = places(parkett)
    assert (order.total_minor, order.fee_minor, order.buyer_fee_minor) == (7600, 580, 0)
    assert line(order) == (3800, 7600, 580, 0)
    pays(order)
    assert books()["org:pending:paypal"] == -7020


def test_what_buyers_bear_is_paid_on_top_and_the_organizer_gets_its_price(
    parkett: Variant,
) -> None:
    make_fees(parkett.event.organizer, FIVE_AND_ONE_EURO, at=now(), currency="EUR")
    Event.objects.update(buyers_bear_fee=True)
    order = places(parkett)
    assert (order.total_minor, order.fee_minor, order.buyer_fee_minor) == (8180, 580, 580)
    assert line(order) == (4090, 8180, 580, 580)
    (sold,) = order.lines.all()
    assert (sold.face_minor, face_of_one(sold)) == (7600, Money(3800, "EUR"))
    pays(order)
    assert books() == {
        "clearing:paypal": 8143,
        "fee:provider:paypal": 37,
        "org:pending:paypal": -7600,
        "fee:platform": -580,
    }
    assert clean()
    refund = gives_back(order, 0)
    assert refund.amount == Money(8180, "EUR")  # the fee was part of the price
    assert books() == {"clearing:paypal": -37, "fee:provider:paypal": 37}


def test_neither_new_terms_nor_another_choice_change_an_order(parkett: Variant) -> None:
    order = places(parkett)
    make_fees(parkett.event.organizer, FIVE_AND_ONE_EURO, at=now(), currency="EUR")
    Event.objects.update(buyers_bear_fee=True)
    pays(order)
    order.refresh_from_db()
    assert (order.total_minor, order.fee_minor, order.buyer_fee_minor) == (7600, 380, 0)
    assert line(order) == (3800, 7600, 380, 0)
    later = places(parkett, 1)
    assert (later.total_minor, later.buyer_fee_minor) == (4090, 290)


def test_terms_that_are_to_come_do_not_hold_yet(parkett: Variant) -> None:
    at = now()
    make_fees(parkett.event.organizer, Band(Decimal(50)), at=at + timedelta(minutes=1))
    assert places(parkett, at=at).fee_minor == 380
    assert places(parkett, at=at + timedelta(minutes=1)).fee_minor == 3800


def test_what_is_free_stays_free(parkett: Variant) -> None:
    make_fees(None, Band(Decimal(5), fixed=100, least=200), at=now(), currency="EUR")
    Event.objects.update(buyers_bear_fee=True)
    free = make_variant(parkett.event, "Eintritt frei", price_minor=0)
    make_quota(parkett.event, 5, free, name="Free")
    order = places(free)
    assert (order.total_minor, order.fee_minor, order.buyer_fee_minor) == (0, 0, 0)
    guest = Guest("bela@example.org", "Bela", "de")
    given = give_tickets(parkett.event, {parkett: 1}, guest, actor="user:1", at=now())
    assert (given.total_minor, given.fee_minor, given.buyer_fee_minor) == (0, 0, 0)
    assert books() == {}


def test_an_upgrade_is_on_the_same_terms(parkett: Variant) -> None:
    make_fees(parkett.event.organizer, FIVE_AND_ONE_EURO, at=now(), currency="EUR")
    Event.objects.update(buyers_bear_fee=True)
    order = places(parkett, 1)
    pays(order)
    better = make_variant(parkett.event, "Loge", price_minor=5800)
    make_quota(parkett.event, 5, better, name="Loge")
    unit = order.lines.get().units.get()
    upgrade = begin_upgrade(
        unit,
        better,
        browser_buyer(uuid.uuid4(), address="203.0.113.8"),
        Circumstances(),
        at=now(),
    )
    # 5 % of the 20.00 on top; the euro for each ticket was paid with the old one
    assert (upgrade.total_minor, upgrade.fee_minor, upgrade.buyer_fee_minor) == (2100, 100, 100)
    assert line(upgrade) == (2100, 2100, 100, 100)


@pytest.mark.parametrize("known_later", [False, True])
def test_by_contract_the_organizer_bears_what_the_provider_kept(
    parkett: Variant, known_later: bool
) -> None:
    make_fees(parkett.event.organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    order = places(parkett)
    payment = pays(order, None if known_later else 37)
    if known_later:
        assert books()["org:pending:paypal"] == -7220
        told(payment, 37)
    told(payment, 37)  # again is nothing new
    assert books() == {"clearing:paypal": 7563, "org:pending:paypal": -7183, "fee:platform": -380}
    assert clean()
    (told_them,) = books_of([parkett.event.organizer_id])
    assert (told_them.sold.minor, told_them.fees.minor, told_them.owed.minor) == (7600, 417, 7183)


def test_without_such_a_contract_it_is_the_platforms_cost(parkett: Variant) -> None:
    order = places(parkett)
    make_fees(parkett.event.organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    pays(order)  # placed before
    assert books()["org:pending:paypal"] == -7220
    assert books()["fee:provider:paypal"] == 37
    assert clean()


def test_a_fee_that_is_known_after_the_release_comes_out_of_what_is_available(
    parkett: Variant,
) -> None:
    make_fees(parkett.event.organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    payment = pays(places(parkett), None)
    assert release_due(at=now() + timedelta(days=20)) == 1
    told(payment, 37)
    assert books()["org:available:paypal"] == -7183
    assert "org:pending:paypal" not in books()
    assert clean()


def test_money_that_bought_nothing_costs_the_organizer_nothing(parkett: Variant) -> None:
    make_fees(parkett.event.organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    order = places(parkett)
    first, second = begins(order), begins(order)
    told(first, 37)
    told(second, None)
    told(second, 41)
    assert books()["org:pending:paypal"] == -7183
    assert books()["fee:provider:paypal"] == 41
    assert clean()


def test_a_fee_given_back_with_a_refund_goes_to_whom_had_borne_it(parkett: Variant) -> None:
    make_fees(parkett.event.organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    order = places(parkett)
    pays(order)
    gives_back(order, 30)
    deliver_all(at=now())
    assert books() == {"clearing:paypal": -7, "org:available:paypal": 7}


def test_a_statement_names_the_fees_that_were_passed_on(parkett: Variant) -> None:
    organizer = parkett.event.organizer
    organizer.release_at_sale = True
    organizer.save()
    payee = make_payable(organizer)
    make_fees(organizer, Band(Decimal(5)), at=now(), passes_provider_fee=True)
    order = places(parkett)
    pays(order)
    payout = propose(payee, "EUR", at=now())
    assert payout
    paper = statement(payout)
    assert (payout.amount_minor, paper.passed_on_fees.minor) == (7183, -37)
    assert [(sale.order, sale.amount.minor) for sale in paper.sales] == [(order, 7220)]
    assert [(fee.order, fee.amount.minor) for fee in paper.provider_fees] == [(order, -37)]
    assert (paper.refunds, paper.kept_back.minor, paper.carried_forward.minor) == ((), 0, 0)
