from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from apps.core.money import Money
from apps.payments.gateways import errors, paypal
from apps.payments.gateways.paypal.amounts import value
from apps.payments.states import PaymentState, RefundState
from tests.payments.conftest import AT, CHECKOUT, TOKEN, Provider


def order(status: str = "PAYER_ACTION_REQUIRED", **changes: Any) -> dict[str, Any]:
    unit: dict[str, Any] = {
        "custom_id": "PAY1",
        "amount": {"currency_code": "EUR", "value": "39.98"},
    }
    if "captures" in changes:
        unit["payments"] = {"captures": changes.pop("captures")}
    return {
        "id": "5O190127TN364715T",
        "status": status,
        "create_time": "2026-11-21T12:00:00Z",
        "purchase_units": [unit],
        "links": [{"rel": "payer-action", "href": "https://www.paypal.com/checkoutnow?token=5O"}],
        **changes,
    }


def capture(status: str = "COMPLETED", **changes: Any) -> dict[str, Any]:
    return {
        "id": "3C679366HH908993F",
        "status": status,
        "custom_id": "PAY1",
        "create_time": "2026-11-21T12:05:00Z",
        "amount": {"currency_code": "EUR", "value": "39.98"},
        "seller_receivable_breakdown": {
            "gross_amount": {"currency_code": "EUR", "value": "39.98"},
            "paypal_fee": {"currency_code": "EUR", "value": "1.35"},
        },
        **changes,
    }


def refused(issue: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "UNPROCESSABLE_ENTITY",
        "debug_id": "dbg1",
        "message": "sandbox-secret",
        "details": [{"issue": issue}],
        **changes,
    }


def test_start_sends_the_stored_request_under_its_key(paypal_answers: Provider) -> None:
    paypal_answers.answers(200, order())
    request = paypal.prepare(CHECKOUT, at=AT)

    attempt = paypal.start(request, key="pay-7")

    token, seen = paypal_answers.seen
    assert (token.path, token.body) == ("/v1/oauth2/token", b"grant_type=client_credentials")
    assert (seen.method, seen.path) == ("POST", "/v2/checkout/orders")
    assert seen.headers["paypal-request-id"] == "pay-7"
    assert seen.headers["authorization"] == "Bearer A21-secret"
    assert json.loads(seen.body) == request
    assert attempt.state is PaymentState.AWAITING_BUYER
    assert attempt.redirect_url == "https://www.paypal.com/checkoutnow?token=5O"
    assert (attempt.total, attempt.reference) == (Money(3998, "EUR"), "PAY1")
    assert attempt.expires_at == AT + timedelta(hours=3)


def test_one_token_serves_many_calls(paypal_answers: Provider) -> None:
    paypal_answers.answers(200, order())
    paypal.fetch({"order": "5O"})
    paypal.fetch({"order": "5O"})
    assert [s.path for s in paypal_answers.seen].count("/v1/oauth2/token") == 1


def test_a_revoked_token_is_replaced_once(paypal_answers: Provider) -> None:
    paypal_answers.answers(401, {"name": "AUTHENTICATION_FAILURE"}).answers(200, TOKEN)
    paypal_answers.answers(200, order("APPROVED"))
    assert paypal.fetch({"order": "5O"}).state is PaymentState.APPROVED
    assert len(paypal_answers.seen) == 4


def test_wrong_credentials_say_so(provider: Provider) -> None:
    provider.answers(401, {"error": "invalid_client"})
    with pytest.raises(errors.NotPermitted):
        paypal.start(paypal.prepare(CHECKOUT, at=AT), key="pay-7")


def test_without_a_token_nothing_was_executed(provider: Provider, no_pauses: None) -> None:
    provider.answers(503, b"")
    with pytest.raises(errors.Unavailable):
        paypal.start(paypal.prepare(CHECKOUT, at=AT), key="pay-7")
    assert {s.path for s in provider.seen} == {"/v1/oauth2/token"}


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (order("CREATED"), PaymentState.AWAITING_BUYER),
        (order("PAYER_ACTION_REQUIRED"), PaymentState.AWAITING_BUYER),
        (order("APPROVED"), PaymentState.APPROVED),
        (order("VOIDED"), PaymentState.CANCELLED),
        (order("COMPLETED", captures=[capture()]), PaymentState.CAPTURED),
        (order("COMPLETED", captures=[capture("REFUNDED")]), PaymentState.CAPTURED),
        (order("COMPLETED", captures=[capture("DECLINED")]), PaymentState.FAILED),
        (
            order("COMPLETED", captures=[capture("DECLINED"), capture()]),
            PaymentState.CAPTURED,
        ),
    ],
)
def test_states(paypal_answers: Provider, seen: dict[str, Any], state: PaymentState) -> None:
    paypal_answers.answers(200, seen)
    assert paypal.fetch({"order": "5O"}).state is state


def test_a_completed_order_with_a_pending_capture_is_no_money_yet(
    paypal_answers: Provider,
) -> None:
    pending = capture("PENDING", status_details={"reason": "ECHECK"})
    del pending["seller_receivable_breakdown"]
    paypal_answers.answers(200, order("COMPLETED", captures=[pending]))
    attempt = paypal.fetch({"order": "5O"})
    assert (attempt.state, attempt.reason) == (PaymentState.PROCESSING, "ECHECK")
    assert (attempt.fee, attempt.captured_at) == (None, None)


def test_capture_tells_money_fee_and_ids(paypal_answers: Provider) -> None:
    paypal_answers.answers(201, order("COMPLETED", captures=[capture()]))
    attempt = paypal.capture({"order": "5O190127TN364715T"}, key="cap-7-1")
    seen = paypal_answers.seen[-1]
    assert seen.path == "/v2/checkout/orders/5O190127TN364715T/capture"
    assert seen.headers["paypal-request-id"] == "cap-7-1"
    assert seen.headers["content-type"] == "application/json"
    assert attempt.ids == {"order": "5O190127TN364715T", "capture": "3C679366HH908993F"}
    assert (attempt.total, attempt.fee) == (Money(3998, "EUR"), Money(135, "EUR"))
    assert attempt.captured_at == AT + timedelta(minutes=5)


@pytest.mark.parametrize("issue", ["ORDER_ALREADY_CAPTURED", "DUPLICATE_INVOICE_ID"])
def test_what_was_captured_before_is_looked_up(paypal_answers: Provider, issue: str) -> None:
    paypal_answers.answers(422, refused(issue))
    paypal_answers.answers(200, order("COMPLETED", captures=[capture()]))
    attempt = paypal.capture({"order": "5O"}, key="cap-7-1")
    assert attempt.state is PaymentState.CAPTURED


def test_an_invoice_paid_by_another_order_is_not_taken_for_ours(
    paypal_answers: Provider,
) -> None:
    paypal_answers.answers(422, refused("DUPLICATE_INVOICE_ID"))
    paypal_answers.answers(200, order("APPROVED"))
    with pytest.raises(errors.AlreadyDone):
        paypal.capture({"order": "5O"}, key="cap-7-1")


def test_a_declined_card_sends_the_buyer_back(paypal_answers: Provider) -> None:
    paypal_answers.answers(
        422,
        refused(
            "INSTRUMENT_DECLINED",
            links=[{"rel": "redirect", "href": "https://www.paypal.com/checkoutnow?token=5O"}],
        ),
    )
    with pytest.raises(errors.BuyerActionNeeded) as refusal:
        paypal.capture({"order": "5O"}, key="cap-7-1")
    assert refusal.value.url == "https://www.paypal.com/checkoutnow?token=5O"


def test_a_forgotten_order_has_expired_unless_money_was_taken(paypal_answers: Provider) -> None:
    paypal_answers.answers(404, refused("INVALID_RESOURCE_ID", name="RESOURCE_NOT_FOUND"))
    assert paypal.fetch({"order": "5O"}).state is PaymentState.EXPIRED
    with pytest.raises(errors.NotFound):
        paypal.fetch({"order": "5O", "capture": "3C"})


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, refused("", name="INVALID_REQUEST"), errors.Invalid),
        (403, refused("", name="NOT_AUTHORIZED"), errors.NotPermitted),
        (404, refused("", name="RESOURCE_NOT_FOUND"), errors.NotFound),
        (409, refused("PREVIOUS_REQUEST_IN_PROGRESS"), errors.Throttled),
        (422, refused("CAPTURE_FULLY_REFUNDED"), errors.AlreadyDone),
        (422, refused("REFUND_AMOUNT_EXCEEDED"), errors.AlreadyDone),
        (422, refused("REFUND_FAILED_INSUFFICIENT_FUNDS"), errors.InsufficientFunds),
        (422, refused("PENDING_CAPTURE"), errors.InsufficientFunds),
        (422, refused("REFUND_TIME_LIMIT_EXCEEDED"), errors.Declined),
        (422, refused("TRANSACTION_DISPUTED"), errors.Declined),
        (422, refused("CANNOT_BE_ZERO_OR_NEGATIVE"), errors.Invalid),
        (429, refused("RATE_LIMIT_REACHED"), errors.Throttled),
        (500, refused("", name="INTERNAL_SERVER_ERROR"), errors.ProviderFailed),
        (502, b"<html>bad gateway</html>", errors.ProviderFailed),
        (201, b"<html>surprise</html>", errors.ProviderFailed),
    ],
)
def test_every_refusal_has_its_cause_and_keeps_secrets(
    paypal_answers: Provider,
    no_pauses: None,
    status: int,
    body: Any,
    error: type[errors.GatewayError],
) -> None:
    paypal_answers.answers(status, body)
    with pytest.raises(error) as refusal:
        paypal.refund(
            {"capture": "3C"}, key="ref-1", amount=Money(1, "EUR"), reason="", reference="r1"
        )
    assert type(refusal.value) is error
    assert "secret" not in str(refusal.value)


def test_a_cut_refund_is_repeated_with_the_same_key_and_bytes(
    paypal_answers: Provider, no_pauses: None
) -> None:
    done = {"id": "1JU", "status": "COMPLETED", "amount": {"currency_code": "EUR", "value": "9.99"}}
    paypal_answers.cuts().answers(500, {}).answers(201, done)
    view = paypal.refund(
        {"capture": "3C"}, key="ref-1", amount=Money(999, "EUR"), reason="hi", reference="refund-1"
    )
    calls = paypal_answers.seen[1:]
    assert len(calls) == 3
    assert {(s.headers["paypal-request-id"], s.body) for s in calls} == {
        (
            "ref-1",
            (
                b'{"amount":{"currency_code":"EUR","value":"9.99"},'
                b'"custom_id":"refund-1","note_to_payer":"hi"}'
            ),
        )
    }
    assert (view.state, view.id, view.amount) == (
        RefundState.SUCCEEDED,
        "1JU",
        Money(999, "EUR"),
    )


@pytest.mark.parametrize(
    ("money", "text"),
    [(Money(1999, "EUR"), "19.99"), (Money(500, "JPY"), "500"), (Money(50000, "HUF"), "500")],
)
def test_amounts(money: Money, text: str) -> None:
    assert value(money) == text


@pytest.mark.parametrize("total", [Money(50001, "HUF"), Money(100, "ISK"), Money(0, "EUR")])
def test_amounts_paypal_does_not_take_are_refused_before_an_order(total: Money) -> None:
    with pytest.raises(errors.Unsupported):
        paypal.check(total)
