"""What buyers see of a payment that a provider ends on its own side, and tells us when it wants to."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payments.models import Payment, ProviderNotice
from apps.payments.states import PaymentState
from apps.tickets.models import Ticket
from tests.buying import Buyer, Shop
from tests.orders.test_refused_payments import (
    DECLINED,
    KEPT,
    buys_after_all,
    has_nothing,
    on_the_way,
    pays,
)
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all

ECHECK = "Your bank needs a few days to send the money."


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


def hears(ada: Visitor, told: int, *types: str) -> int:
    """Every webhook since then comes, these among them; how many there were by now."""
    events = ada.shop.sandbox.notices()
    for name, event in events[told:]:
        assert ada.shop.sandbox.send_to(ada.client, name, event) == 200
    deliver_all(at=now())
    for type_ in types:
        assert ProviderNotice.objects.get(type=type_).state == "processed", type_
    ada.opens(f"/orders/{Order.objects.get().reference}/")
    return len(events)


def test_an_approval_that_lapses_is_told_and_nothing_was_taken(ada: Visitor, shop: Shop) -> None:
    """Approved, the tab closed, and no worker captured it in time."""
    order, payment = on_the_way(ada, "paypal")
    Buyer(shop).pays(payment)
    told = len(shop.sandbox.notices())
    shop.sandbox.later(4 * 3600)
    hears(ada, told, "CHECKOUT.PAYMENT-APPROVAL.REVERSED")
    assert "Not paid yet" in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    payment.refresh_from_db()
    assert payment.state == PaymentState.EXPIRED
    assert not Mail.objects.exists()


def test_a_card_that_is_declined_is_changed_on_the_same_page(ada: Visitor, shop: Shop) -> None:
    """Stripe says so on its own page, and the session stays open; here nothing has ended."""
    order, payment = on_the_way(ada, "stripe")
    pays(ada, payment, "decline")
    (intent,) = shop.sandbox.world.store.newest("payment_intent")
    assert intent["last_payment_error"]["code"] == "card_declined"
    assert f'href="{payment.redirect_url}"' in ada.page
    has_nothing(shop, order, OrderState.PENDING)
    assert not Mail.objects.exists()

    pays(ada, payment)
    assert "Paid. See you on" in ada.words
    assert Payment.objects.count() == 1


def test_who_cancels_in_the_moment_of_paying_has_tickets(ada: Visitor, shop: Shop) -> None:
    """Stripe ends no session that is not open: it is complete, and paid."""
    order, payment = on_the_way(ada, "stripe")
    Buyer(shop).pays(payment)
    ada.sends(f"/orders/{order.reference}/cancellation/")
    said = [answer.json()["error"]["message"] for _, answer in shop.sandbox.exchanges
            if answer.status == 400]  # fmt: skip
    assert ["session not open" for words in said if "status of complete" in words] == [
        "session not open"
    ]
    ada.opens(ada.goes_to)
    assert "Too late to cancel" in ada.page
    assert "Paid. See you on" in ada.words
    assert Ticket.objects.count() == 2


def test_a_debit_that_is_cancelled_at_stripe_is_told(ada: Visitor, shop: Shop) -> None:
    """Of the session itself nothing is told: it stays complete and unpaid."""
    order, payment = on_the_way(ada, "stripe")
    told = len(shop.sandbox.notices())
    pays(ada, payment, "pay_later")
    told = hears(ada, told)
    assert "Your payment is being processed" in ada.words
    shop.sandbox.do("cancel_debit", session=payment.ids["session"])
    hears(ada, told, "payment_intent.canceled")
    assert "That payment did not work" in ada.words
    assert KEPT in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED
    shop.sandbox.later(30)  # it does not clear any more
    buys_after_all(ada, order)


@pytest.mark.parametrize(
    ("how", "first", "told_of", "waits", "why"),
    [
        (
            "pay_later_in_vain",
            "checkout.session.completed",
            "checkout.session.async_payment_failed",
            "Some ways of paying take a while.",
            f"{DECLINED} {KEPT}",
        ),
        ("echeck_bounces", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DENIED", ECHECK, KEPT),
        ("echeck_declined", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DECLINED", ECHECK, KEPT),
    ],
)
def test_a_debit_that_bounces_is_told_and_the_places_are_kept(
    ada: Visitor, shop: Shop, how: str, first: str, told_of: str, waits: str, why: str
) -> None:
    order, payment = on_the_way(ada, "paypal" if how.startswith("echeck") else "stripe")
    told = len(shop.sandbox.notices())
    pays(ada, payment, how)
    told = hears(ada, told, first)
    assert "Your payment is being processed" in ada.words
    assert waits in ada.words
    shop.sandbox.later(30)
    hears(ada, told, told_of)
    assert "That payment did not work" in ada.words
    assert why in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    assert list(Mail.objects.values_list("kind", flat=True)) == ["payment_failed"]
    buys_after_all(ada, order)
