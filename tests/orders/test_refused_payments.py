"""What buyers see when a provider refuses their payment, code by code, and that they can still buy."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.services.settle import conclude
from apps.orders.states import OrderState
from apps.payments.gateways import errors, retrying
from apps.payments.gateways.base import Kind
from apps.payments.gateways.pulse import pulse_of
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.services.capture import capture
from apps.payments.states import PaymentState
from apps.tickets.models import Ticket
from tests.buying import Buyer, Shop
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all

DECLINED = "The payment method was declined. Choose another one and try again."
UNCONFIRMED = "The payment was not confirmed. You can go back and finish it."
REFUSED = "The provider refused this payment."
KEPT = "Nothing was charged, and your places are still yours."
NOT_THIS_WAY = "This way of paying does not work for this order. Take another."
UNREACHABLE = "The payment page cannot be reached right now. Your places are kept: try again."
# On the page of the providers' health: our account or its limits, not this order.
SEEN_BY_OPERATORS = {
    "AUTHENTICATION_FAILURE",
    "NOT_AUTHORIZED",
    "PREVIOUS_REQUEST_IN_PROGRESS",
    "RATE_LIMIT_REACHED",
    "api_key_expired",
    "idempotency_key_in_use",
    "permission",
    "rate_limit",
}


@pytest.fixture
def ada(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    monkeypatch.setattr(retrying, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(errors.Throttled, "PATIENCE_SECONDS", 0)
    return Visitor(shop)


def refuse(shop: Shop, operation: str, code: str, times: int = 1) -> None:
    shop.sandbox.do("add_fault", operation=operation, kind="refuse_before", code=code, times=times)


def on_the_way(ada: Visitor, provider: str) -> tuple[Order, Payment]:
    ada.chooses(2)
    order = Order.objects.get()
    assert ada.checks_out(order, provider=provider) == 303
    return order, Payment.objects.get()


def pays(ada: Visitor, payment: Payment, how: str = "") -> None:
    """At the provider, and comes back."""
    Buyer(ada.shop).pays(payment, how)
    returns(ada)


def returns(ada: Visitor) -> None:
    ada.opens(f"/orders/{Order.objects.get().reference}/return/")


def has_nothing(shop: Shop, order: Order, state: OrderState) -> None:
    order.refresh_from_db()
    assert (order.state, Ticket.objects.count(), shop.balances()) == (state, 0, {})


def buys_after_all(ada: Visitor, order: Order) -> None:
    ada.checks_out(order, provider="stripe")
    pays(ada, Payment.objects.latest("pk"))
    assert "Paid. See you on" in ada.words
    assert Ticket.objects.count() == 2
    assert "clearing:paypal" not in ada.shop.balances()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("INSTRUMENT_DECLINED", DECLINED),
        ("REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", DECLINED),
        ("PAYER_ACTION_REQUIRED", UNCONFIRMED),
        ("ORDER_NOT_APPROVED", UNCONFIRMED),
    ],
)
def test_a_capture_that_needs_the_buyer_leads_back_to_the_same_approval(
    ada: Visitor, shop: Shop, code: str, words: str
) -> None:
    order, payment = on_the_way(ada, "paypal")
    refuse(shop, "paypal.orders.capture", code)
    pays(ada, payment)
    assert f"{words} Your places are kept." in ada.words
    assert "We are waiting for PayPal" not in ada.words
    assert f'href="{payment.redirect_url}"' in ada.page
    has_nothing(shop, order, OrderState.PENDING)

    pays(ada, payment)  # another way, on the same page
    assert "Paid. See you on" in ada.words
    assert (Payment.objects.count(), len(shop.sandbox.world.store.newest("capture"))) == (1, 1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("COMPLIANCE_VIOLATION", REFUSED),
        ("PAYER_CANNOT_PAY", REFUSED),
        ("TRANSACTION_REFUSED", REFUSED),
        ("PAYER_ACCOUNT_LOCKED_OR_CLOSED", REFUSED),
        ("PAYER_ACCOUNT_RESTRICTED", REFUSED),
        ("DUPLICATE_INVOICE_ID", KEPT),
    ],
)
def test_a_final_no_keeps_the_places_for_another_way(
    ada: Visitor, shop: Shop, code: str, words: str
) -> None:
    order, payment = on_the_way(ada, "paypal")
    refuse(shop, "paypal.orders.capture", code)
    pays(ada, payment)
    assert "That payment did not work" in ada.words
    assert words in ada.words
    assert KEPT in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    payment.refresh_from_db()
    assert (payment.state, payment.reason) == (PaymentState.FAILED, code)

    deliver_all(at=now())
    assert list(Mail.objects.values_list("kind", flat=True)) == ["payment_failed"]


def test_money_that_was_captured_before_is_a_sale(ada: Visitor, shop: Shop) -> None:
    """ORDER_ALREADY_CAPTURED: by us, under a key that we have lost."""
    order, payment = on_the_way(ada, "paypal")
    Buyer(shop).pays(payment)
    GATEWAYS[Kind.PAYPAL].capture(payment.ids, key="lost")
    conclude(payment, capture(payment), actor="browser", at=now())
    ada.opens(f"/orders/{order.reference}/")
    assert "Paid. See you on" in ada.words
    assert len(shop.sandbox.world.store.newest("capture")) == 1


@pytest.mark.parametrize("code", ["RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"])
def test_a_page_that_paypal_does_not_know_can_be_opened_anew(
    ada: Visitor, shop: Shop, code: str
) -> None:
    order, _payment = on_the_way(ada, "paypal")
    refuse(shop, "paypal.orders.retrieve", code)
    returns(ada)
    assert "Not paid yet" in ada.words
    assert "Try again" in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    buys_after_all(ada, order)


def test_a_page_that_has_expired_can_be_opened_anew(ada: Visitor, shop: Shop) -> None:
    """404: PayPal forgets an order that nobody approves."""
    order, _payment = on_the_way(ada, "paypal")
    shop.sandbox.do("advance", seconds=4 * 3600)
    returns(ada)
    assert "Not paid yet" in ada.words
    assert "Try again" in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    shop.sandbox.do("advance", seconds=-4 * 3600)
    buys_after_all(ada, order)


def test_a_session_that_has_expired_can_be_opened_anew(ada: Visitor, shop: Shop) -> None:
    order, payment = on_the_way(ada, "stripe")
    shop.sandbox.do("expire", session=payment.ids["session"])
    ((name, event),) = shop.sandbox.notices(type="checkout.session.expired")
    assert shop.sandbox.send_to(ada.client, name, event) == 200
    deliver_all(at=now())
    ada.opens(f"/orders/{order.reference}/")
    assert "Not paid yet" in ada.words
    has_nothing(shop, order, OrderState.OPEN)
    buys_after_all(ada, order)


@pytest.mark.parametrize(
    ("provider", "operation", "code", "words", "times"),
    [
        ("paypal", "paypal.orders.create", "AMOUNT_MISMATCH", NOT_THIS_WAY, 1),
        ("paypal", "paypal.orders.create", "ITEM_TOTAL_MISMATCH", NOT_THIS_WAY, 1),
        ("paypal", "paypal.orders.create", "DECIMALS_NOT_SUPPORTED", NOT_THIS_WAY, 1),
        ("paypal", "paypal.orders.create", "NOT_AUTHORIZED", NOT_THIS_WAY, 1),
        ("paypal", "paypal.orders.create", "AUTHENTICATION_FAILURE", NOT_THIS_WAY, 9),
        ("paypal", "paypal.orders.create", "RATE_LIMIT_REACHED", UNREACHABLE, 9),
        ("paypal", "paypal.orders.create", "PREVIOUS_REQUEST_IN_PROGRESS", UNREACHABLE, 9),
        ("stripe", "stripe.sessions.create", "amount_too_small", NOT_THIS_WAY, 1),
        ("stripe", "stripe.sessions.create", "api_key_expired", NOT_THIS_WAY, 1),
        ("stripe", "stripe.sessions.create", "permission", NOT_THIS_WAY, 1),
        ("stripe", "stripe.sessions.create", "idempotency_error", NOT_THIS_WAY, 1),
        ("stripe", "stripe.sessions.create", "idempotency_key_in_use", UNREACHABLE, 9),
        ("stripe", "stripe.sessions.create", "rate_limit", UNREACHABLE, 9),
    ],
)
def test_a_page_that_cannot_be_had_says_what_to_do(
    ada: Visitor, shop: Shop, provider: str, operation: str, code: str, words: str, times: int
) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    refuse(shop, operation, code, times)
    assert ada.checks_out(order, provider=provider) == 302
    ada.opens(ada.goes_to)
    assert words in ada.words
    has_nothing(shop, order, OrderState.PENDING)
    assert (code in pulse_of(provider).error) is (code in SEEN_BY_OPERATORS)
