"""A till from its float to its count, over HTTP, exact to the cent."""

from __future__ import annotations

import uuid

import pytest
from django.utils.timezone import now

from apps.box_office import invariants
from apps.box_office.models import Till, TillLine
from apps.box_office.selectors import report_of
from apps.core.models import StateChange
from apps.core.money import Money
from apps.inventory.availability import count
from apps.ledger import invariants as ledger_invariants
from apps.orders import invariants as order_invariants
from apps.orders.models import Unit
from apps.orders.selectors import refunds_of, status
from apps.orders.services.refund import refund_order
from apps.payments.models import Refund
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.box_office import Seller, books_of, broken, seller_at
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db


def books(seller: Seller) -> dict[str, int]:
    return books_of(seller.event.organizer_id)


def sound() -> list[str]:
    deliver_all(at=now())
    return [*broken(invariants, ledger_invariants, order_invariants), *map(str, undelivered())]


def test_without_a_till_nothing_is_sold(selin: Seller, parkett: Variant) -> None:
    selin.opens()
    assert "Count the cash you begin with" in selin.words
    selin.sends("sales/", sale=uuid.uuid4(), **{f"heads-{parkett.pk}": 1})
    assert "Count the cash you begin with" in selin.words
    assert count(parkett.event_id).of(parkett.pk) == 10


def test_it_opens_once_with_its_float(selin: Seller) -> None:
    assert selin.opens_till("abc") == 422
    assert selin.opens_till("150,50") == 200
    selin.opens_till("99")
    till = Till.objects.get()
    assert (till.state, till.cashier, till.currency) == ("open", "Selin", "EUR")
    device = selin.device.pk
    assert books(selin) == {f"till:ORG:{device}": 15050, "own_sales:ORG": -15050}


def test_an_evening_and_its_difference(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("100")
    selin.sells(parkett, 2)
    selin.sells(parkett, method="card")
    back = selin.sells(parkett)
    selin.sends(f"sales/{back.reference}/return/", reason="ill")
    selin.sends("till/cash-in/", amount="50", reason="coins", key=uuid.uuid4())
    selin.sends("till/cash-out/", amount="120", reason="to the safe", key=uuid.uuid4())
    number = selin.till.pk
    selin.opens("till/closing/")
    assert "106.00" not in selin.words  # counted before it is told
    assert selin.closes_till("104.50", terminal="38") == 200
    assert "€1.50 are missing" in selin.words
    assert "There should be €106.00" in selin.words
    assert "Difference -€1.50" in selin.words
    till = Till.objects.get(pk=number)
    assert (till.state, till.counted_minor, till.terminal_minor) == ("closed", 10450, 3800)
    assert books(selin) == {
        "own_sales:ORG": -150,
        "till_difference:ORG": 150,
        "org:ORG:available:stripe": 570,
        "fee:platform": -570,
    }
    assert StateChange.objects.get(subject="box_office.till").actor == f"device:{selin.device.pk}"
    assert sound() == []


def test_too_much_is_a_difference_too(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    selin.sells(parkett)
    selin.closes_till("40")
    assert "€2.00 too much" in selin.words
    assert books(selin)["till_difference:ORG"] == -200
    assert sound() == []


def test_it_closes_once_and_the_phone_gets_a_new_one(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("10")
    first = selin.till.pk
    selin.closes_till("10")
    assert "It is right to the cent" in selin.words
    selin.closes_till("500")
    assert Till.objects.get().counted_minor == 1000
    assert "Count the cash you begin with" in selin.words
    selin.opens_till("20")
    selin.sells(parkett)
    assert selin.till.pk != first
    assert books(selin)[f"till:ORG:{selin.device.pk}"] == 5800
    assert sound() == []


def test_a_sale_that_meets_a_closed_till_is_not_made(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    order = selin.chooses(parkett)
    selin.closes_till("0")
    selin.is_paid(order)
    order.refresh_from_db()
    assert (order.state, Ticket.objects.count(), books(selin)) == ("open", 0, {})
    selin.opens_till("0")
    selin.is_paid(order)
    assert Ticket.objects.count() == 1
    assert sound() == []


def test_moving_twice_with_one_form_is_once(selin: Seller) -> None:
    selin.opens_till("100")
    form = {"amount": "30", "reason": "to the safe", "key": uuid.uuid4()}
    for _ in range(2):
        assert selin.sends("till/cash-out/", **form) == 200
    assert TillLine.objects.filter(kind="cash_out").count() == 1
    assert books(selin)[f"till:ORG:{selin.device.pk}"] == 7000


def test_no_more_comes_out_than_there_is(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett)
    form = {"amount": "38.01", "reason": "x", "key": uuid.uuid4()}
    assert selin.sends("till/cash-out/", **form) == 422
    assert "There are only €38.00" in selin.words
    selin.sends("till/cash-out/", **{**form, "amount": "10"})
    assert selin.sends(f"sales/{order.reference}/return/", reason="ill") == 422
    assert "Put cash in first" in selin.words
    assert (Refund.objects.count(), Ticket.objects.get().state) == (0, "valid")
    assert sound() == []


def test_another_till_gives_back_what_this_one_sold(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett)
    selin.closes_till("38")
    bela = seller_at(parkett.event, name="Kasse 2")
    bela.opens_till("50")
    for _ in range(2):
        bela.sends(f"sales/{order.reference}/return/", reason="ill")
    assert "Given back" in bela.words
    assert books(selin) == {f"till:ORG:{bela.device.pk}": 1200, "own_sales:ORG": -1200}
    assert (Refund.objects.count(), Ticket.objects.get().state) == (1, "refunded")
    bela.closes_till("12")
    assert (books(selin), status(order, refunds_of(order)), sound()) == ({}, "refunded", [])


def test_a_card_goes_back_to_its_terminal(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett, method="card")
    selin.opens(f"sales/{order.reference}/return/")
    assert "at your card terminal" in selin.words
    selin.sends(f"sales/{order.reference}/return/", reason="ill")
    selin.closes_till("0")
    assert (books(selin), sound()) == ({}, [])


def test_a_free_ticket_is_given_back_too(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    order = selin.sells(Variant.objects.get(name="Kind"))
    selin.sends(f"sales/{order.reference}/return/", reason="ill")
    assert (Ticket.objects.get().state, count(parkett.event_id).of(parkett.pk)) == ("refunded", 10)
    assert sound() == []


def test_what_the_organizer_gave_back_by_itself_is_not_given_back_here(
    selin: Seller, parkett: Variant
) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett)
    refund_order(order, actor="user:1", reason="called off", at=now())
    selin.sends(f"sales/{order.reference}/return/", reason="ill")
    assert "nothing left to give back" in selin.words
    assert books(selin)[f"till:ORG:{selin.device.pk}"] == 3800
    assert sound() == []


def test_the_book_cannot_be_changed(selin: Seller) -> None:
    selin.opens_till("10")
    with pytest.raises(Exception, match="append-only"):
        TillLine.objects.update(amount_minor=5)


def test_one_of_two_tickets_is_given_back_and_later_the_other(
    selin: Seller, parkett: Variant
) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett, heads=2)
    back = f"sales/{order.reference}/return/"
    first, _second = Unit.objects.order_by("pk")
    assert selin.sends(back, reason="ill", some="True") == 422
    assert "at least one ticket" in selin.words
    selin.sends(back, reason="ill", some="True", unit=first.pk)
    assert "€38.00 of it went back" in selin.words
    selin.sends(back, reason="ill", some="True", unit=first.pk)
    assert books(selin) == {
        f"till:ORG:{selin.device.pk}": 3800,
        "own_sales:ORG": -3800,
        "org:ORG:available:stripe": 190,
        "fee:platform": -190,
    }
    assert [t.state for t in Ticket.objects.order_by("unit")] == ["refunded", "valid"]
    report = report_of(selin.till)
    assert report.tickets == [("Parkett", 1, Money(3800, "EUR"))]
    selin.sends(back, reason="ill")
    assert "Given back" in selin.words
    assert (books(selin), report_of(selin.till).tickets) == ({}, [])
    assert TillLine.objects.filter(kind="refund").count() == 2
    assert sound() == []
