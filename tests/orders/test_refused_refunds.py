"""What buyers and operators see when a provider refuses to send money back, code by code."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.notifications.models import Mail
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.payments.gateways import errors, retrying
from apps.payments.gateways.base import Kind
from apps.payments.models import ProviderNotice, Refund
from apps.payments.services.submit_refund import look_up_refund
from tests.buying import Buyer, Shop
from tests.factories.selling import make_user
from tests.outbox_pump import deliver_all, undelivered

OPERATIONS = {Kind.PAYPAL: "paypal.captures.refund", Kind.STRIPE: "stripe.refunds.create"}
ON_ITS_WAY = "€76.00 is on its way back to you."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "PAUSE_SECONDS", 0)


@pytest.fixture
def operator() -> Client:
    client = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(make_user("olga@parterre.example", is_staff=True), backend=backend)
    return client


def paid(shop: Shop, provider: Kind) -> Order:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(provider)
    buyer.pays(payment)
    order = buyer.comes_back(payment)
    deliver_all(at=now())
    return order


def refused(shop: Shop, order: Order, code: str, times: int = 1) -> Refund:
    """It was given back, and a worker has asked the provider."""
    provider = Kind(order.payments.get().payment.provider)
    shop.sandbox.do(
        "add_fault", operation=OPERATIONS[provider], kind="refuse_before", code=code, times=times
    )
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    deliver_all(at=now())
    refund.refresh_from_db()
    return refund


def heard(shop: Shop, client: Client, type_: str, state: str = "processed") -> None:
    """Its webhook came, and was worked on."""
    for provider, event in shop.sandbox.notices(type=type_):
        assert shop.sandbox.send_to(client, provider, event) == 200
    deliver_all(at=now())
    assert ProviderNotice.objects.get(type=type_).state == state


def seen_by_buyer(order: Order) -> str:
    address = f"/orders/{order.reference}/?key={order_key(order)}"
    return Client(headers={"Accept-Language": "en"}).get(address, follow=True).content.decode()


def seen_by_operator(operator: Client, refund: Refund) -> str:
    return operator.get(f"/platform/payments/refund/{refund.pk}/overview/").content.decode()


@pytest.mark.parametrize(
    ("provider", "code"),
    [
        (Kind.PAYPAL, "TRANSACTION_DISPUTED"),
        (Kind.PAYPAL, "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"),
        (Kind.PAYPAL, "REFUND_TIME_LIMIT_EXCEEDED"),
        (Kind.PAYPAL, "INVALID_RESOURCE_ID"),
        (Kind.STRIPE, "charge_disputed"),
        (Kind.STRIPE, "refund_disputed_payment"),
        (Kind.STRIPE, "charge_expired_for_refund"),
        (Kind.STRIPE, "resource_missing"),
    ],
)
def test_a_final_no_is_owed_to_the_buyer_who_is_told(
    shop: Shop, operator: Client, provider: Kind, code: str
) -> None:
    order = paid(shop, provider)
    refund = refused(shop, order, code)
    assert (refund.state, refund.reason) == ("failed", code)
    assert shop.balances()[f"unapplied:{provider}"] == -7600
    assert "€76.00 could not be sent to you. It is still yours: we look into it" in seen_by_buyer(
        order
    )
    assert Mail.objects.filter(kind="refund_failed").count() == 1
    shown = seen_by_operator(operator, refund)
    assert "€76.00 is owed to the buyer." in shown
    assert code in shown
    assert "/sending-back/" in shown
    assert undelivered() == []


@pytest.mark.parametrize(
    ("provider", "code"),
    [
        (Kind.PAYPAL, "REFUND_FAILED_INSUFFICIENT_FUNDS"),
        (Kind.PAYPAL, "PENDING_CAPTURE"),
        (Kind.STRIPE, "balance_insufficient"),
        (Kind.STRIPE, "insufficient_funds"),
    ],
)
def test_what_cannot_be_sent_yet_waits_in_sight_and_is_sent_once(
    shop: Shop, operator: Client, provider: Kind, code: str
) -> None:
    order = paid(shop, provider)
    refund = refused(shop, order, code)
    assert (refund.state, refund.reason) == ("submitting", code)
    assert ON_ITS_WAY in seen_by_buyer(order)
    assert "Refunds that cannot be sent yet" in operator.get("/platform/").content.decode()
    assert "It is tried again every hour" in seen_by_operator(operator, refund)

    look_up_refund(refund, at=now())
    deliver_all(at=now())
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert "€76.00 went back to you." in seen_by_buyer(order)
    assert not Mail.objects.filter(kind="refund_failed").exists()


def test_one_that_may_have_been_sent_is_not_given_up_because_it_is_not_found(shop: Shop) -> None:
    order = paid(shop, Kind.PAYPAL)
    shop.sandbox.do("add_fault", operation="paypal.captures.refund", kind="cut_before", times=3)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    deliver_all(at=now())
    refund.refresh_from_db()
    assert (refund.state, refund.outcome_unknown) == ("submitting", True)
    shop.sandbox.do(
        "add_fault",
        operation="paypal.captures.refund",
        kind="refuse_before",
        code="RESOURCE_NOT_FOUND",
    )
    with pytest.raises(errors.NotFound):
        look_up_refund(refund, at=now())
    refund.refresh_from_db()
    assert refund.state == "submitting"
    assert ON_ITS_WAY in seen_by_buyer(order)

    look_up_refund(refund, at=now())
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert len(shop.sandbox.world.store.newest("paypal_refund")) == 1
    assert not Mail.objects.filter(kind="refund_failed").exists()


@pytest.mark.parametrize(
    ("provider", "outcome", "first", "then"),
    [
        (Kind.PAYPAL, "PENDING_FAILS", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"),
        (Kind.STRIPE, "pending_fails", "refund.created", "refund.failed"),
    ],
)
def test_one_that_fails_on_its_way_is_heard_of_and_told(
    shop: Shop,
    operator: Client,
    client: Client,
    provider: Kind,
    outcome: str,
    first: str,
    then: str,
) -> None:
    order = paid(shop, provider)
    shop.sandbox.do(f"plan_{provider}_refund", outcome=outcome)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    deliver_all(at=now())
    heard(shop, client, first, "ignored")  # the answer to our own request said so
    assert ON_ITS_WAY in seen_by_buyer(order)
    shop.sandbox.later(86_400)
    heard(shop, client, then)
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert "€76.00 could not be sent to you. It is still yours" in seen_by_buyer(order)
    assert "€76.00 is owed to the buyer." in seen_by_operator(operator, refund)
    assert Mail.objects.filter(kind="refund_failed").count() == 1


@pytest.mark.parametrize(
    ("provider", "amount"), [(Kind.PAYPAL, 0), (Kind.PAYPAL, 100), (Kind.STRIPE, 0)]
)
def test_what_somebody_refunded_there_is_found_and_not_sent_again(
    shop: Shop, provider: Kind, amount: int
) -> None:
    """CAPTURE_FULLY_REFUNDED, REFUND_AMOUNT_EXCEEDED, charge_already_refunded."""
    order = paid(shop, provider)
    payment = order.payments.get().payment
    of = payment.ids["capture" if provider is Kind.PAYPAL else "charge"]
    shop.sandbox.do("refund_there", provider=provider, of=of, amount=amount)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    deliver_all(at=now())
    made = dict(Refund.objects.values_list("pk", "state"))
    assert made.pop(refund.pk) == "failed"
    assert list(made.values()) == ["succeeded"]  # theirs, taken in
    payment.refresh_from_db()
    assert payment.needs_review  # a person says what it was for


@pytest.mark.parametrize(
    ("provider", "code", "told"),
    [
        (Kind.PAYPAL, "NOT_AUTHORIZED", "NotPermitted NOT_AUTHORIZED"),
        (Kind.PAYPAL, "AUTHENTICATION_FAILURE", "NotPermitted AUTHENTICATION_FAILURE"),
        (Kind.PAYPAL, "RATE_LIMIT_REACHED", "Throttled RATE_LIMIT_REACHED"),
        (Kind.STRIPE, "permission", "NotPermitted permission"),
        (Kind.STRIPE, "rate_limit", "Throttled rate_limit"),
    ],
)
def test_an_account_that_may_not_refund_is_seen_by_the_operator_and_nothing_is_lost(
    shop: Shop, operator: Client, provider: Kind, code: str, told: str
) -> None:
    order = paid(shop, provider)
    refund = refused(shop, order, code, times=9)
    assert refund.state == "submitting"
    assert ON_ITS_WAY in seen_by_buyer(order)
    health = operator.get("/platform/reconciliation/case/health/").content.decode()
    assert told in health

    shop.sandbox.do("clear_faults")
    look_up_refund(refund, at=now())
    refund.refresh_from_db()
    assert refund.state == "succeeded"
