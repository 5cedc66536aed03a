"""A sale at the counter, over HTTP: few steps, once, exact."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from apps.box_office.models import TillLine
from apps.inventory.availability import count
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.orders.states import OrderState
from apps.payments.models import Payment, Refund
from apps.payments.services.chase import poll_refunds
from apps.payments.states import RefundState
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.box_office import Seller, books_of
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db


def left(variant: Variant) -> int | None:
    return count(variant.event_id).of(variant.pk)


def test_two_for_cash_with_change_and_their_tickets_on_the_screen(
    selin: Seller, parkett: Variant
) -> None:
    selin.opens_till("100")
    order = selin.chooses(parkett, 2)
    assert "€76.00" in selin.words
    assert "€80.00 back €4.00" in selin.words
    assert (order.state, left(parkett)) == (OrderState.OPEN, 8)
    assert selin.is_paid(order, given=8000) == 200
    assert "Back: €4.00" in selin.words
    assert selin.page.count('aria-label="QR code: Parkett"') == 2
    order.refresh_from_db()
    assert (order.state, order.channel, order.buyer[:7]) == ("paid", "box_office", "device:")
    sold = TillLine.objects.get(order=order)
    assert (sold.amount_minor, sold.given_minor, sold.method) == (7600, 8000, "cash")
    assert books_of(parkett.event.organizer_id) == {
        f"till:ORG:{selin.device.pk}": 17600,
        "own_sales:ORG": -17600,
        "org:ORG:available:stripe": 380,
        "fee:platform": -380,
    }
    deliver_all(at=now())
    assert (undelivered(), Mail.objects.count()) == ([], 0)


def test_by_card_the_terminal_has_it(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.sells(parkett, method="card", receipt="T1-000123")
    assert TillLine.objects.get(order=order).receipt == "T1-000123"
    assert books_of(parkett.event.organizer_id)[f"terminal:ORG:{selin.device.pk}"] == 3800


def test_a_card_number_is_never_kept(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.chooses(parkett)
    assert selin.is_paid(order, "card", receipt="4111 1111 1111 1111") == 422
    assert "looks like a card number" in selin.words
    assert Order.objects.get(pk=order.pk).state == OrderState.OPEN
    kept = str(Payment.objects.values_list("ids", "request")).replace(" ", "")
    assert "4111111111111111" not in kept


def test_a_child_costs_nothing_and_is_counted(selin: Seller, parkett: Variant) -> None:
    selin.opens_till("0")
    child = Variant.objects.get(name="Kind")
    order = selin.sells(child)
    assert (order.state, TillLine.objects.get(order=order).amount_minor) == ("paid", 0)
    assert (left(parkett), books_of(parkett.event.organizer_id)) == (9, {})
    assert Payment.objects.count() == 0


def test_less_than_the_price_is_refused(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.chooses(parkett)
    assert selin.is_paid(order, typed="20") == 422
    assert "less than the price" in selin.words
    assert selin.is_paid(order, typed="40,50") == 200
    assert "Back: €2.50" in selin.words


def test_a_double_tap_or_a_lost_answer_sells_once(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    sale = uuid.uuid4()
    first, again = selin.chooses(parkett, sale=sale), selin.chooses(parkett, sale=sale)
    assert (first.pk, Order.objects.count(), left(parkett)) == (again.pk, 1, 9)
    for _ in range(2):
        assert selin.is_paid(first, given=5000) == 200
        assert "Back: €12.00" in selin.words
    selin.chooses(parkett, sale=sale)
    assert (Order.objects.count(), Ticket.objects.count()) == (1, 1)
    assert TillLine.objects.filter(kind="sale").count() == 1
    assert books_of(parkett.event.organizer_id)[f"till:ORG:{selin.device.pk}"] == 13800


def test_a_page_from_before_sells_nothing_by_itself(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    sale = uuid.uuid4()
    selin.chooses(parkett, sale=sale)
    chosen = {f"heads-{parkett.pk}": 3}
    assert selin.sends("sales/", sale=sale, **chosen) == 409
    assert "from before" in selin.words
    assert selin.sends("sales/", sale="nonsense", **chosen) == 409
    assert Order.objects.count() == 1


def test_what_is_let_go_is_free_again(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.chooses(parkett, 4)
    selin.opens()
    assert "Not paid yet: €152.00" in selin.words
    selin.sends(f"sales/{order.reference}/cancellation/")
    assert (Order.objects.get().state, left(parkett)) == (OrderState.CANCELLED, 10)
    assert selin.is_paid(order) == 200
    assert "Not sold" in selin.words
    assert TillLine.objects.filter(kind="sale").count() == 0


def test_a_hold_that_ran_out_at_the_terminal_sells_nothing_and_says_so(
    selin: Seller, parkett: Variant
) -> None:
    selin.opens_till()
    order = selin.chooses(parkett, 10)
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        assert selin.is_paid(order, "card", receipt="0815") == 200
        assert "Not sold: the time was up" in selin.words
        assert not TillLine.objects.filter(kind="sale").exists()
        assert not Ticket.objects.exists()


def test_the_hold_of_one_sale_is_not_another_ones(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    first, second = selin.chooses(parkett, 4), selin.chooses(parkett, 6)
    assert left(parkett) == 0
    assert selin.sends("sales/", sale=uuid.uuid4(), **{f"heads-{parkett.pk}": 1}) == 409
    assert "sold out" in selin.words
    assert [selin.is_paid(order) for order in (first, second)] == [200, 200]
    assert Ticket.objects.count() == 10


def test_more_unfinished_sales_than_hands_are_refused(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    for _ in range(5):
        selin.chooses(parkett)
    assert selin.sends("sales/", sale=uuid.uuid4(), **{f"heads-{parkett.pk}": 1}) == 409
    assert (Order.objects.count(), left(parkett)) == (5, 5)


def test_name_and_address_are_theirs_to_give(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.chooses(parkett)
    assert selin.sends(f"sales/{order.reference}/contact/", name="Ada", email="no") == 422
    selin.sends(f"sales/{order.reference}/contact/", name="Ada Byron", email="Ada@Example.org")
    selin.is_paid(order)
    deliver_all(at=now())
    assert (undelivered(), Mail.objects.get().to) == ([], "ada@example.org")
    assert Ticket.objects.get().holder_name == "Ada Byron"


def test_they_ask_for_a_mail_afterwards(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.sells(parkett)
    assert selin.sends(f"sales/{order.reference}/contact/", email="") == 422
    selin.sends(f"sales/{order.reference}/contact/", email="ada@example.org")
    assert "mailed to ada@example.org" in selin.words
    deliver_all(at=now())
    mail = Mail.objects.get()
    assert (undelivered(), mail.to, mail.kind) == ([], "ada@example.org", "order_confirmed")
    assert Order.objects.get().name == ""


def test_tickets_are_printed_and_found_again(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    order = selin.sells(parkett, given=5000)
    assert "Ensemble Lichtbogen e. V., Hamburg" in selin.words
    assert "incl. 7 % VAT €2.49" in selin.words
    pdf = selin.client.get(f"{selin.at}sales/{order.reference}/tickets.pdf")
    assert pdf.content.startswith(b"%PDF")
    ticket = Ticket.objects.get()
    for typed in (order.reference.lower(), ticket.spoken_reference, ""):
        assert selin.opens(f"sales/?q={typed}") == 200
        assert order.reference in selin.words
    selin.opens("sales/?q=nobody")
    assert "Nothing found" in selin.words


def test_cash_that_the_organizer_gives_back_is_done_once_workers_are_back(
    selin: Seller, parkett: Variant
) -> None:
    """They died between beginning it and saying so, and what was not heard of is looked at as well."""
    selin.opens_till()
    order = selin.sells(parkett)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund is not None
    a_day_later = now() + timedelta(days=1)
    long_ago = {"state": RefundState.SUBMITTING, "next_poll_at": now(), "created_at": now()}
    Refund.objects.filter(pk=refund.pk).update(**long_ago)
    assert poll_refunds(at=a_day_later) == 1
    deliver_all(at=a_day_later)

    refund.refresh_from_db()
    assert (refund.state, undelivered()) == (RefundState.SUCCEEDED, [])
