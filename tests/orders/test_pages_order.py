from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from apps.orders.keys import image_key
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.orders.services.settle import settle
from apps.outbox.models import Message
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.variants.models import Variant
from tests.buying import Shop
from tests.factories.selling import make_user
from tests.orders.visitor import Visitor


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


@pytest.fixture
def bought(ada: Visitor, shop: Shop) -> Order:
    """Two tickets that cost nothing, so no provider is asked."""
    Variant.objects.update(price_minor=0)
    ada.chooses(2)
    order = Order.objects.get()
    ada.checks_out(order)
    order.refresh_from_db()
    return order


def messages(topic: str) -> int:
    return Message.objects.filter(topic=topic).count()


def test_a_ticket_has_a_page_a_paper_and_a_picture(ada: Visitor, bought: Order) -> None:
    ticket = Ticket.objects.first()
    assert ticket is not None
    address = f"/orders/{bought.reference}/tickets/{ticket.reference}"

    assert ada.opens(f"{address}/") == 200
    assert "<svg" in ada.page
    assert (
        "-".join((ticket.reference[:4], ticket.reference[4:8], ticket.reference[8:])) in ada.words
    )
    assert ada.client.get(f"{address}.pdf").content.startswith(b"%PDF")
    assert ada.client.get(f"/orders/{bought.reference}/tickets.pdf").content.startswith(b"%PDF")
    assert ada.client.get(f"/orders/{bought.reference}/tickets/UNKNOWN/").status_code == 404

    picture = Client().get(f"/tickets/{ticket.reference}/{image_key(ticket)}.png")
    assert picture.content.startswith(b"\x89PNG")
    assert Client().get(f"/tickets/{ticket.reference}/wrong.png").status_code == 404


def test_a_blocked_ticket_shows_no_code(ada: Visitor, bought: Order) -> None:
    first, second = Ticket.objects.order_by("pk")
    block(first, actor="user:1", reason="stolen", at=now())

    ada.opens(f"/orders/{bought.reference}/tickets/{first.reference}/")
    assert "This ticket is blocked." in ada.words
    assert 'class="qr"' not in ada.page
    ada.opens(f"/orders/{bought.reference}/tickets/{second.reference}/")
    assert 'class="qr"' in ada.page

    ada.opens(f"/orders/{bought.reference}/")
    assert "See you on" in ada.words
    assert "Your ticket is here and on its way to" in ada.words  # not both of them
    assert "PDF to print" in ada.words
    shown_first = ada.page.index(f"tickets/{second.reference}/")
    assert shown_first < ada.page.index(first.reference)
    block(second, actor="user:1", reason="stolen", at=now())
    ada.opens(f"/orders/{bought.reference}/")
    assert "No ticket of this order admits right now. Why, is said below." in ada.words
    assert "See you on" not in ada.words
    assert "PDF to print" not in ada.words
    assert "Mail them again" not in ada.words


def test_a_refunded_order_says_that_the_money_goes_back(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    ada.checks_out(order)
    shop.sandbox.do("pay", session=Payment.objects.get().ids["session"], how="pay")
    ada.opens(f"/orders/{order.reference}/return/")

    refund_order(order, actor="user:1", reason="", at=now())
    ada.opens(f"/orders/{order.reference}/")

    assert "Your money goes back" in ada.words
    assert "€76.00 is on its way back to you." in ada.words
    assert 'class="qr"' not in ada.page


def test_while_the_provider_is_asked_the_page_waits_by_itself(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    ada.checks_out(order, provider="paypal")

    ada.opens(f"/orders/{order.reference}/")

    assert "We are waiting for PayPal." in ada.words
    assert 'hx-trigger="every 3s"' in ada.page
    assert '<noscript><meta http-equiv="refresh"' in ada.page
    payment = Payment.objects.get()
    assert f'href="{payment.redirect_url}"' in ada.page.replace("&amp;", "&")
    # It asks whether anything changed, and gets a page only when something did.
    assert ada.opens(f"/orders/{order.reference}/?seen=pending-awaiting_buyer") == 204
    shop.sandbox.do("approve", order=payment.ids["order"])
    settle(payment, actor="system", at=now())
    assert ada.opens(f"/orders/{order.reference}/?seen=pending-awaiting_buyer") == 200
    assert "Paid. See you on" in ada.words


def test_a_provider_that_cannot_be_reached_leaves_everything_as_it_was(
    ada: Visitor, shop: Shop, settings: Settings
) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    settings.PAYPAL_API_BASE = "http://127.0.0.1:9"
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:9"]

    assert ada.checks_out(order, provider="paypal") == 302
    assert ada.goes_to == f"/orders/{order.reference}/checkout/"  # no page that was sent is shown
    ada.opens(ada.goes_to)
    assert "The payment page cannot be reached right now." in ada.words
    assert 'value="ada@example.org"' in ada.page
    assert re.search(r'value="paypal"[^>]* checked', ada.page)
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert "cannot be reached" not in ada.words  # told once
    ada.opens(f"/orders/{order.reference}/")
    assert "The payment page could not be opened." in ada.words


def test_when_time_is_up_it_says_so_and_offers_another_try(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    with time_machine.travel(order.pay_by + timedelta(seconds=1), tick=False):
        assert ada.opens(f"/orders/{order.reference}/checkout/") == 200
        assert "Time is up" in ada.words
        assert f"/events/{shop.event.slug}/" in ada.page


def test_the_mail_is_asked_for_and_not_endlessly(ada: Visitor, bought: Order) -> None:
    for _ in range(7):
        ada.sends(f"/orders/{bought.reference}/mail/")
    assert messages("order.mail_requested") == 5
    ada.opens(f"/orders/{bought.reference}/")
    assert "The mail is on its way to ada@example.org." in ada.words
    assert "We have sent it several times." in ada.words


def test_an_unpaid_order_has_no_tickets_to_mail(ada: Visitor, shop: Shop) -> None:
    ada.chooses(1)
    order = Order.objects.get()
    ada.sends(f"/orders/{order.reference}/mail/")
    assert messages("order.mail_requested") == 0


def test_my_tickets_shows_what_this_browser_bought(ada: Visitor, bought: Order) -> None:
    assert ada.opens("/my/tickets/") == 200
    assert bought.reference in ada.words
    assert "Paid" in ada.words

    somebody = Client()
    assert bought.reference not in somebody.get("/my/tickets/").content.decode()
    somebody.force_login(make_user("ada@example.org"))  # an address she typed, but did not prove
    assert bought.reference not in somebody.get("/my/tickets/").content.decode()


def test_a_lost_link_gets_the_same_answer_whether_we_know_it_or_not(
    ada: Visitor, bought: Order
) -> None:
    known = Client().post("/lost-link/", {"email": "Ada@Example.org"})
    unknown = Client().post("/lost-link/", {"email": "nobody@example.org"})
    broken = Client().post("/lost-link/", {"email": "nobody"})

    assert known.content == unknown.content
    assert b"Look into your mail" in known.content
    assert messages("order.links_requested") == 1
    assert b'aria-invalid="true"' in broken.content
