from __future__ import annotations

import json
from typing import Any

import pytest

from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.base import PayoutItem, PayoutRequest, PayoutState
from apps.payments.gateways.paypal import payouts
from tests.payments.conftest import Provider

REQUEST = PayoutRequest(
    batch="RUN1-EUR",
    items=(
        PayoutItem("P1", "QF6ERKVBEBA8L", Money(500, "EUR")),
        PayoutItem("P2", "fan@example.org", Money(700, "EUR")),
    ),
    subject="Your ticket sales",
)


def batch(status: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "batch_header": {"payout_batch_id": "BATCH1", "batch_status": status},
        "items": list(items),
        "total_pages": 1,
    }


def item(reference: str, status: str) -> dict[str, Any]:
    return {
        "payout_item_id": f"I-{reference}",
        "payout_batch_id": "BATCH1",
        "transaction_status": status,
        "payout_item": {
            "sender_item_id": reference,
            "amount": {"currency": "EUR", "value": "5.00"},
            "receiver": "x",
        },
        "payout_item_fee": {"currency": "EUR", "value": "0.25"},
    }


def test_a_batch_that_succeeded_is_read_item_by_item(paypal_answers: Provider) -> None:
    paypal_answers.answers(201, {"batch_header": {"payout_batch_id": "BATCH1"}})
    paypal_answers.answers(200, batch("SUCCESS", item("P1", "SUCCESS"), item("P2", "UNCLAIMED")))
    first, second = payouts.send(REQUEST)
    assert (first.state, first.fee) == (PayoutState.PAID, Money(25, "EUR"))
    assert (second.state, second.ids) == (
        PayoutState.UNCLAIMED,
        {"batch": "BATCH1", "item": "I-P2"},
    )
    sent = json.loads(paypal_answers.seen[1].body)
    assert sent["sender_batch_header"]["sender_batch_id"] == "RUN1-EUR"
    assert [i["recipient_type"] for i in sent["items"]] == ["PAYPAL_ID", "EMAIL"]
    assert sent["items"][0]["amount"] == {"currency": "EUR", "value": "5.00"}


def test_a_batch_sent_before_is_adopted_not_paid_again(paypal_answers: Provider) -> None:
    link = {"href": "https://api-m.paypal.com/v1/payments/payouts/BATCH1"}
    paypal_answers.answers(
        400, {"name": "USER_BUSINESS_ERROR", "details": [{"issue": "Batch exists", "link": [link]}]}
    )
    paypal_answers.answers(200, batch("PROCESSING", item("P1", "PENDING")))
    first, second = payouts.send(REQUEST)
    assert [s.path.partition("?")[0] for s in paypal_answers.seen[2:]] == [
        "/v1/payments/payouts/BATCH1"
    ]
    assert (first.state, second.state) == (PayoutState.IN_TRANSIT, PayoutState.IN_TRANSIT)


def test_a_denied_batch_has_paid_nobody(paypal_answers: Provider) -> None:
    paypal_answers.answers(201, {"batch_header": {"payout_batch_id": "BATCH1"}})
    paypal_answers.answers(200, batch("DENIED"))
    assert {view.state for view in payouts.send(REQUEST)} == {PayoutState.FAILED}


def test_no_funds_means_nothing_was_sent(paypal_answers: Provider) -> None:
    paypal_answers.answers(422, {"name": "INSUFFICIENT_FUNDS", "debug_id": "d"})
    with pytest.raises(errors.InsufficientFunds):
        payouts.send(REQUEST)
