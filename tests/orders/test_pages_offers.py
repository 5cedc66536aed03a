"""What an order's page and a ticket's page offer, and what they say where the state of things forbids it."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from apps.events.services.call_off import call_off
from apps.orders.keys import order_key
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, refund
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.tickets.services.block import block
from apps.variants.models import Variant
from tests.buying import Shop, open_shop, tickets_of
from tests.disputing import Bank, paid
from tests.orders.visitor import Visitor
from tests.sandbox_server import SandboxForTests

GIVE_BACK, PRINT, MAIL, LARGE = (
    "Give tickets back",
    "PDF to print",
    "Mail them again",
    "Show it large",
)
ALL = {GIVE_BACK, PRINT, MAIL, LARGE}
DISPUTED = "The payment is disputed. Until that is decided nothing can be given back here."


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    """Whose tickets can be given back."""
    cache.clear()
    shop = open_shop(sandbox)
    Variant.objects.update(refund_hours=48)
    shop.parkett.refresh_from_db()
    return shop


def holder(bank: Bank) -> Visitor:
    """Whoever has the link of the order."""
    visitor = Visitor(bank.shop, Client(headers={"Accept-Language": "en"}))
    visitor.opens(f"{home(bank)}?key={order_key(bank.order)}")
    return visitor


def home(bank: Bank) -> str:
    return f"/orders/{bank.order.reference}/"


def offered(ada: Visitor, bank: Bank) -> set[str]:
    ada.opens(home(bank))
    return {offer for offer in ALL if offer in ada.words}


def nothing_is_printed_or_mailed(ada: Visitor, bank: Bank) -> None:
    ticket = tickets_of(bank.order)[0]
    page = f"{home(bank)}tickets/{ticket.reference}"
    ada.opens(f"{page}/")
    assert ("PDF" in ada.words, "Admits one person" in ada.words) == (False, False)
    assert ada.client.get(f"{page}.pdf").headers["Location"] == f"{page}/"
    assert ada.client.get(f"{home(bank)}tickets.pdf").headers["Location"] == home(bank)
    ada._see(ada.client.post(f"{home(bank)}mail/", follow=True))
    assert "There is nothing to send: no ticket of this order admits now." in ada.words
    assert not Message.objects.filter(topic="order.mail_requested").exists()


@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
def test_while_a_bank_decides_the_page_says_so_and_offers_nothing(
    shop: Shop, provider: Kind
) -> None:
    bank = paid(shop, provider)
    ada = holder(bank)
    assert offered(ada, bank) == ALL
    bank("dispute")
    assert offered(ada, bank) == set()
    assert DISPUTED in ada.words
    assert ada.words.count("It is blocked until that is decided.") == 2
    assert "Please ask the organizer" not in ada.words
    assert "Can be given back until" not in ada.words
    nothing_is_printed_or_mailed(ada, bank)
    ada.opens(f"{home(bank)}refund/")
    assert DISPUTED in ada.words
    bank("win_dispute")
    assert offered(ada, bank) == ALL
    assert "disputed" not in ada.words


def test_what_a_bank_has_taken_is_not_offered_to_be_given_back(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    bank("dispute")
    bank("lose_dispute")
    assert offered(ada, bank) == set()
    assert "The payment was taken back. There is nothing left to give back." in ada.words
    assert ada.words.count("It does not admit any more.") == 2


def test_a_fraud_warning_forbids_nothing(shop: Shop) -> None:
    """What is given back now is no dispute later."""
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    bank("warn_of_fraud")
    assert offered(ada, bank) == ALL
    (first, *_) = re.findall(r'name="unit" value="(\d+)"', _choice(ada, bank))
    ada.client.post(f"{home(bank)}refund/", {"unit": first, "key": "one"})
    assert Refund.objects.get().amount_minor == 3800


def _choice(ada: Visitor, bank: Bank) -> str:
    ada.opens(f"{home(bank)}refund/")
    return ada.page


def test_one_blocked_by_hand_and_one_that_admits(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada, (one, other) = holder(bank), tickets_of(bank.order)
    block(one, reason="stolen", actor="user:1", at=now())
    assert offered(ada, bank) == ALL
    assert "This ticket is blocked. Please ask the organizer." in ada.words
    block(other, reason="stolen", actor="user:1", at=now())
    assert offered(ada, bank) == set()
    assert "disputed" not in ada.words


def test_a_payment_that_is_looked_at_is_said_before_anybody_tries(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    Payment.objects.update(needs_review=True)
    assert offered(ada, bank) == {PRINT, MAIL, LARGE}
    assert "Your payment is being looked at. Please write to the organizer." in ada.words


def test_tickets_of_an_event_that_was_called_off_are_no_tickets_any_more(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    call_off(shop.event, reason="storm", actor="user:1", at=now())
    assert offered(ada, bank) == set()
    assert 'class="qr"' not in ada.page
    assert "pays your money back" in ada.words
    assert "Can be given back" not in ada.words
    nothing_is_printed_or_mailed(ada, bank)


def test_tickets_that_admit_although_all_money_went_back_are_shown(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    all_of_it = Amount(bank.order.total)
    refund(bank.order, all_of_it, Giving("user:1", "sorry"), at=now())
    assert offered(ada, bank) == ALL
    assert "€76.00 is on its way back to you." in ada.words
    assert "do not admit any more" not in ada.words


def test_a_refunded_order_offers_no_other_address_on_its_invoice(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    ada = holder(bank)
    ada.opens(home(bank))
    assert "Invoice to a company" in ada.words
    ada.opens(f"{home(bank)}refund/")
    both = re.findall(r'name="unit" value="(\d+)"', ada.page)
    ada.client.post(f"{home(bank)}refund/", {"unit": both, "key": "one"})
    assert offered(ada, bank) == set()
    assert "Invoice to a company" not in ada.words
