from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from apps.core.money import Money
from apps.payments.gateways import errors, stripe
from apps.payments.gateways.base import PayoutItem, PayoutRequest, PayoutState
from apps.payments.gateways.stripe import payouts
from apps.payments.gateways.stripe.amounts import from_stripe, to_stripe
from apps.payments.states import PaymentState, RefundState
from tests.payments.conftest import AT, CHECKOUT, Provider


def session(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "livemode": False,
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "amount_total": 3998,
        "currency": "eur",
        "client_reference_id": "PAY1",
        "url": "https://checkout.stripe.com/c/pay/cs_1",
        "created": 1795262400,
        "expires_at": 1795266000,
        **changes,
    }


def paid(**changes: Any) -> dict[str, Any]:
    charge = {
        "id": "ch_1",
        "object": "charge",
        "created": 1795262500,
        "balance_transaction": {
            "id": "txn_1",
            "object": "balance_transaction",
            "fee": 85,
            "currency": "eur",
        },
    }
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "latest_charge": charge,
    }
    return session(
        status="complete", payment_status="paid", payment_intent=intent, url=None, **changes
    )


def refused(kind: str, code: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "sk_test_sandbox is not for you"}}


def test_start_sends_the_stored_request_under_its_key(provider: Provider) -> None:
    provider.answers(200, session())
    request = stripe.prepare(CHECKOUT, at=AT)

    attempt = stripe.start(request, key="pay-7")

    (seen,) = provider.seen
    assert (seen.method, seen.path) == ("POST", "/v1/checkout/sessions")
    assert seen.headers["idempotency-key"] == "pay-7"
    assert "x-stripe-client-telemetry" not in seen.headers
    assert attempt.state is PaymentState.AWAITING_BUYER
    assert attempt.ids == {"session": "cs_1"}
    assert attempt.redirect_url == "https://checkout.stripe.com/c/pay/cs_1"
    assert (attempt.total, attempt.reference) == (Money(3998, "EUR"), "PAY1")
    assert attempt.fee is None


def test_the_bytes_do_not_depend_on_the_order_in_which_keys_were_stored(
    provider: Provider,
) -> None:
    provider.answers(200, session())
    request = stripe.prepare(CHECKOUT, at=AT)
    stripe.start(request, key="pay-7")
    stripe.start(dict(reversed(request.items())), key="pay-7")
    assert provider.seen[0].body == provider.seen[1].body


def test_a_session_lives_long_enough_for_stripe_whatever_the_hold(provider: Provider) -> None:
    request = stripe.prepare(CHECKOUT, at=AT)
    assert request["expires_at"] == int((AT + timedelta(minutes=40)).timestamp())
    assert request["adaptive_pricing"] == {"enabled": False}


def test_a_paid_session_tells_money_fee_and_ids(provider: Provider) -> None:
    provider.answers(200, paid())
    attempt = stripe.fetch({"session": "cs_1"})
    assert attempt.state is PaymentState.CAPTURED
    assert attempt.ids == {"session": "cs_1", "intent": "pi_1", "charge": "ch_1"}
    assert attempt.fee == Money(85, "EUR")
    assert attempt.captured_at == datetime.fromtimestamp(1795262500, tz=UTC)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (session(), PaymentState.AWAITING_BUYER),
        (session(status="expired", url=None), PaymentState.EXPIRED),
        (paid(), PaymentState.CAPTURED),
        (paid() | {"payment_status": "no_payment_required"}, PaymentState.CAPTURED),
        (
            session(status="complete", payment_intent={"id": "pi_1", "status": "processing"}),
            PaymentState.PROCESSING,
        ),
        (
            session(
                status="complete",
                payment_intent={"id": "pi_1", "status": "requires_payment_method"},
            ),
            PaymentState.FAILED,
        ),
        (
            session(status="complete", payment_intent={"id": "pi_1", "status": "canceled"}),
            PaymentState.CANCELLED,
        ),
    ],
)
def test_states(provider: Provider, seen: dict[str, Any], state: PaymentState) -> None:
    provider.answers(200, seen)
    assert stripe.fetch({"session": "cs_1"}).state is state


def test_abandoning_what_was_just_paid_tells_that_it_is_paid(provider: Provider) -> None:
    provider.answers(400, refused("invalid_request_error", "session_not_open"))
    provider.answers(200, paid())
    assert stripe.abandon({"session": "cs_1"}, key="exp-7").state is PaymentState.CAPTURED


def test_live_money_is_not_taken_for_test_money(provider: Provider) -> None:
    provider.answers(200, paid(livemode=True))
    with pytest.raises(errors.NotPermitted, match="livemode"):
        stripe.fetch({"session": "cs_1"})


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, refused("invalid_request_error", "parameter_unknown"), errors.Invalid),
        (400, refused("idempotency_error", ""), errors.Invalid),
        (400, refused("invalid_request_error", "charge_already_refunded"), errors.AlreadyDone),
        (400, refused("invalid_request_error", "charge_disputed"), errors.Declined),
        (400, refused("invalid_request_error", "balance_insufficient"), errors.InsufficientFunds),
        (401, refused("invalid_request_error", ""), errors.NotPermitted),
        (402, refused("card_error", "card_declined"), errors.Declined),
        (403, refused("invalid_request_error", ""), errors.NotPermitted),
        (404, refused("invalid_request_error", "resource_missing"), errors.NotFound),
        (409, refused("idempotency_error", "idempotency_key_in_use"), errors.Throttled),
        (429, refused("rate_limit_error", "rate_limit"), errors.Throttled),
        (500, refused("api_error", ""), errors.ProviderFailed),
        (502, b"<html>bad gateway</html>", errors.ProviderFailed),
        (200, b"<html>surprise</html>", errors.ProviderFailed),
    ],
)
def test_every_refusal_has_its_cause_and_keeps_secrets(
    provider: Provider,
    no_pauses: None,
    status: int,
    body: Any,
    error: type[errors.GatewayError],
) -> None:
    provider.answers(status, body, {"Request-Id": "req_1"})
    with pytest.raises(error) as refusal:
        stripe.refund(
            {"intent": "pi_1"}, key="ref-1", amount=Money(1, "EUR"), reason="", reference="r1"
        )
    assert type(refusal.value) is error
    if isinstance(body, dict):  # the SDK drops the headers of an answer it cannot read
        assert refusal.value.request_id == "req_1"
    assert "sk_test" not in str(refusal.value)


def test_a_cut_call_is_repeated_with_the_same_key_and_bytes(
    provider: Provider, no_pauses: None
) -> None:
    provider.cuts().answers(500, refused("api_error", "")).answers(200, session())
    stripe.start(stripe.prepare(CHECKOUT, at=AT), key="pay-7")
    assert len(provider.seen) == 3
    assert len({(s.headers["idempotency-key"], s.body) for s in provider.seen}) == 1


def test_a_call_that_stays_cut_leaves_the_outcome_open(provider: Provider, no_pauses: None) -> None:
    provider.cuts()
    with pytest.raises(errors.OutcomeUnknown):
        stripe.start(stripe.prepare(CHECKOUT, at=AT), key="pay-7")
    assert len(provider.seen) == 3


def test_a_failure_that_stripe_would_only_replay_is_not_asked_for_again(
    provider: Provider,
) -> None:
    provider.answers(500, refused("api_error", ""), {"Stripe-Should-Retry": "false"})
    with pytest.raises(errors.OutcomeUnknown):
        stripe.start(stripe.prepare(CHECKOUT, at=AT), key="pay-7")
    assert len(provider.seen) == 1


def test_nobody_reached_is_certainly_not_executed(settings: LazySettings, no_pauses: None) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:9"]
    with pytest.raises(errors.Unavailable):
        stripe.start(stripe.prepare(CHECKOUT, at=AT), key="pay-7")


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(1999, "EUR"), 1999),
        (Money(500, "JPY"), 500),
        (Money(500, "ISK"), 50000),
        (Money(500, "UGX"), 50000),
        (Money(700, "MGA"), 7),
        (Money(1230, "KWD"), 1230),
    ],
)
def test_amounts_there_and_back(money: Money, amount: int) -> None:
    assert to_stripe(money) == amount
    assert from_stripe(amount, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(701, "MGA"), Money(1234, "KWD")])
def test_amounts_stripe_cannot_write_are_refused(money: Money) -> None:
    with pytest.raises(errors.Unsupported):
        to_stripe(money)


@pytest.mark.parametrize("total", [Money(49, "EUR"), Money(100_000_000, "EUR")])
def test_amounts_stripe_does_not_take_are_refused_before_an_order(total: Money) -> None:
    with pytest.raises(errors.Unsupported):
        stripe.check(total)


def test_without_credentials_it_is_not_offered(settings: LazySettings) -> None:
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(errors.Unsupported, match="not_configured"):
        stripe.check(Money(1000, "EUR"))


def test_refunds_are_listed_with_those_of_the_dashboard(provider: Provider) -> None:
    ours = {
        "id": "re_1",
        "object": "refund",
        "amount": 1000,
        "currency": "eur",
        "status": "succeeded",
        "created": 1795262600,
        "metadata": {"refund": "refund-3"},
    }
    theirs = ours | {"id": "re_2", "metadata": {}, "status": "pending"}
    provider.answers(
        200, {"object": "list", "data": [ours, theirs], "has_more": False, "url": "/v1/refunds"}
    )
    first, second = stripe.list_refunds({"intent": "pi_1"})
    assert (first.reference, first.state) == ("refund-3", RefundState.SUCCEEDED)
    assert (second.reference, second.state) == (None, RefundState.PENDING)
    assert first.amount == Money(1000, "EUR")
    assert first.fee_returned == Money(0, "EUR")


def test_one_refused_transfer_does_not_stop_the_others(provider: Provider, no_pauses: None) -> None:
    transfer = {
        "id": "tr_2",
        "object": "transfer",
        "amount": 700,
        "currency": "eur",
        "reversed": False,
    }
    provider.answers(400, refused("invalid_request_error", "balance_insufficient"))
    provider.answers(200, transfer)
    request = PayoutRequest(
        batch="B1",
        items=(
            PayoutItem("P1", "acct_1", Money(500, "EUR")),
            PayoutItem("P2", "acct_2", Money(700, "EUR")),
        ),
        subject="",
    )
    first, second = payouts.send(request)
    assert (first.state, first.reason) == (PayoutState.FAILED, "balance_insufficient")
    assert (second.state, second.ids) == (PayoutState.PAID, {"transfer": "tr_2"})
    assert [s.headers["idempotency-key"] for s in provider.seen] == ["payout-P1", "payout-P2"]
