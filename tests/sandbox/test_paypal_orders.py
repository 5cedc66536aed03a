from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from apps.sandbox.http import Json
from tests.sandbox_server import SandboxForTests

Body = Callable[..., Json]
WHOLE = {"Prefer": "return=representation"}


def create(paypal: httpx.Client, body: Json, key: str = "pay-1") -> Json:
    answer = paypal.post(
        "/v2/checkout/orders", json=body, headers={**WHOLE, "PayPal-Request-Id": key}
    )
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()
    return made


def capture(paypal: httpx.Client, order: Json, key: str = "cap-1") -> httpx.Response:
    return paypal.post(
        f"/v2/checkout/orders/{order['id']}/capture",
        json={},
        headers={**WHOLE, "PayPal-Request-Id": key},
    )


def issue(answer: httpx.Response) -> str:
    return str(answer.json()["details"][0]["issue"])


def link(order: Json, rel: str) -> str:
    return str(next(each["href"] for each in order["links"] if each["rel"] == rel))


def types(sandbox: SandboxForTests) -> list[str]:
    return [event["event_type"] for _, event in sandbox.notices()]


def test_created_approved_captured(
    sandbox: SandboxForTests, paypal: httpx.Client, buyer: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    early = capture(paypal, order)
    page = buyer.get(link(order, "payer-action"))
    back = buyer.post(link(order, "payer-action"), data={"action": "approve"})
    taken = capture(paypal, order)
    money = taken.json()["purchase_units"][0]["payments"]["captures"][0]

    assert order["status"] == "PAYER_ACTION_REQUIRED"
    assert (early.status_code, issue(early)) == (422, "ORDER_NOT_APPROVED")
    assert "50.00 EUR" in page.text
    assert back.headers["location"].startswith(
        f"https://shop.example/return/?order=1&token={order['id']}&PayerID="
    )
    assert (taken.status_code, taken.json()["status"], money["status"]) == (
        201, "COMPLETED", "COMPLETED",
    )  # fmt: skip
    assert money["seller_receivable_breakdown"]["paypal_fee"]["value"] == "1.60"
    assert money["seller_receivable_breakdown"]["net_amount"]["value"] == "48.40"
    assert paypal.get(f"/v2/payments/captures/{money['id']}").json()["invoice_id"] == "ORDER-1"
    assert types(sandbox) == ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED"]


def test_the_same_key_captures_once(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    again = create(paypal, order_body("70.00"))
    sandbox.do("approve", order=order["id"])
    first, second = capture(paypal, order), capture(paypal, order)
    third = capture(paypal, order, "cap-2")

    assert again["id"] == order["id"]
    assert again["purchase_units"][0]["amount"]["value"] == "50.00"
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["purchase_units"] == second.json()["purchase_units"]
    assert (third.status_code, issue(third)) == (422, "ORDER_ALREADY_CAPTURED")
    assert types(sandbox).count("PAYMENT.CAPTURE.COMPLETED") == 1


def test_a_refused_instrument_can_be_replaced(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"], how="declined")
    declined = capture(paypal, order)
    sandbox.do("approve", order=order["id"])
    taken = capture(paypal, order)

    assert (declined.status_code, issue(declined)) == (422, "INSTRUMENT_DECLINED")
    assert declined.json()["links"][0]["href"] == link(order, "payer-action")
    assert taken.status_code == 201
    assert types(sandbox).count("PAYMENT.CAPTURE.COMPLETED") == 1


@pytest.mark.parametrize(
    ("how", "status", "event"),
    [
        ("echeck", "COMPLETED", "PAYMENT.CAPTURE.COMPLETED"),
        ("echeck_bounces", "DECLINED", "PAYMENT.CAPTURE.DENIED"),
    ],
)
def test_an_echeck_is_pending_until_it_clears(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body,
    how: str, status: str, event: str,
) -> None:  # fmt: skip
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"], how=how)
    pending = capture(paypal, order).json()
    money = pending["purchase_units"][0]["payments"]["captures"][0]
    too_early = paypal.post(f"/v2/payments/captures/{money['id']}/refund", json={})
    sandbox.later(21)
    after = paypal.get(f"/v2/payments/captures/{money['id']}").json()

    assert (pending["status"], money["status"]) == ("COMPLETED", "PENDING")
    assert money["status_details"] == {"reason": "ECHECK"}
    assert "seller_receivable_breakdown" not in money
    assert issue(too_early) == "PENDING_CAPTURE"
    assert after["status"] == status
    assert types(sandbox)[1:] == ["PAYMENT.CAPTURE.PENDING", event]


def test_an_invoice_is_captured_once(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    orders = [create(paypal, order_body(), key) for key in ("pay-1", "pay-2")]
    for order in orders:
        sandbox.do("approve", order=order["id"])
    first, second = (capture(paypal, order, f"cap-{order['id']}") for order in orders)
    assert first.status_code == 201
    assert (second.status_code, issue(second)) == (422, "DUPLICATE_INVOICE_ID")


def test_an_order_dies_after_three_hours(
    sandbox: SandboxForTests, paypal: httpx.Client, buyer: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.later(3 * 60 * 60 + 1)
    assert paypal.get(f"/v2/checkout/orders/{order['id']}").status_code == 404
    assert buyer.get(link(order, "payer-action")).status_code == 404


def test_an_approval_not_captured_is_reversed(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"])
    sandbox.later(3 * 60 * 60 + 1)
    gone = capture(paypal, order)
    assert (gone.status_code, issue(gone)) == (404, "INVALID_RESOURCE_ID")
    assert types(sandbox) == ["CHECKOUT.ORDER.APPROVED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"]


def euro(value: str) -> Json:
    return {"currency_code": "EUR", "value": value}


@pytest.mark.parametrize(
    ("unit", "status", "code"),
    [
        ({"amount": {**euro("50.00"), "breakdown": {"item_total": euro("49.00")}}}, 422,
         "AMOUNT_MISMATCH"),
        ({"amount": {**euro("49.00"), "breakdown": {"item_total": euro("49.00")}}}, 422,
         "ITEM_TOTAL_MISMATCH"),
        ({"amount": euro("50.00")}, 422, "ITEM_TOTAL_REQUIRED"),
        ({"amount": euro("50.000"), "items": []}, 422, "DECIMAL_PRECISION"),
        ({"amount": {"currency_code": "JPY", "value": "50.00"}, "items": []}, 422,
         "DECIMALS_NOT_SUPPORTED"),
        ({"amount": {"currency_code": "XXX", "value": "50.00"}, "items": []}, 400,
         "INVALID_CURRENCY_CODE"),
        ({"amount": euro("0.00"), "items": []}, 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ({"custom_id": "x" * 128}, 400, "INVALID_STRING_LENGTH"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused(
    paypal: httpx.Client, order_body: Body, unit: Json, status: int, code: str
) -> None:
    answer = paypal.post(
        "/v2/checkout/orders", json=order_body(**unit), headers={"PayPal-Request-Id": "pay-1"}
    )
    assert (answer.status_code, issue(answer)) == (status, code)


def test_refunds_up_to_what_was_taken(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"])
    money = capture(paypal, order).json()["purchase_units"][0]["payments"]["captures"][0]
    path = f"/v2/payments/captures/{money['id']}/refund"

    def refund(key: str, value: str | None) -> httpx.Response:
        body: Any = {"amount": euro(value)} if value else {}
        return paypal.post(path, json=body, headers={**WHOLE, "PayPal-Request-Id": key})

    part, again = refund("ref-1", "20.00"), refund("ref-1", "20.00")
    over, rest, more = refund("ref-2", "30.01"), refund("ref-3", None), refund("ref-4", None)

    assert (part.status_code, part.json()["status"]) == (201, "COMPLETED")
    assert (again.status_code, again.json()["id"]) == (200, part.json()["id"])
    assert issue(over) == "REFUND_AMOUNT_EXCEEDED"
    assert rest.json()["amount"] == euro("30.00")
    assert rest.json()["seller_payable_breakdown"]["total_refunded_amount"] == euro("50.00")
    assert issue(more) == "CAPTURE_FULLY_REFUNDED"
    assert paypal.get(f"/v2/payments/captures/{money['id']}").json()["status"] == "REFUNDED"
    assert types(sandbox).count("PAYMENT.CAPTURE.REFUNDED") == 2


def test_a_refund_may_be_pending_and_then_fail(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"])
    money = capture(paypal, order).json()["purchase_units"][0]["payments"]["captures"][0]
    sandbox.do("plan_paypal_refund", outcome="PENDING_FAILS")
    made = paypal.post(f"/v2/payments/captures/{money['id']}/refund", json={}).json()
    sandbox.later(21)
    after = paypal.get(f"/v2/payments/refunds/{made['id']}").json()

    assert (made["status"], after["status"]) == ("PENDING", "FAILED")
    assert paypal.get(f"/v2/payments/captures/{money['id']}").json()["status"] == "COMPLETED"


def test_a_revoked_token_is_refused(sandbox: SandboxForTests, paypal: httpx.Client) -> None:
    sandbox.do("revoke_tokens")
    answer = paypal.get("/v1/notifications/webhooks")
    assert (answer.status_code, answer.json()["name"]) == (401, "AUTHENTICATION_FAILURE")


def test_a_webhook_verifies_only_with_the_bytes_that_were_sent(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Body
) -> None:
    order = create(paypal, order_body())
    sandbox.do("approve", order=order["id"])
    ((_, event),) = sandbox.notices()
    headers, body = sandbox.packed("paypal", event)
    sent = {
        "auth_algo": headers["Paypal-Auth-Algo"],
        "cert_url": headers["Paypal-Cert-Url"],
        "transmission_id": headers["Paypal-Transmission-Id"],
        "transmission_sig": headers["Paypal-Transmission-Sig"],
        "transmission_time": headers["Paypal-Transmission-Time"],
        "webhook_id": sandbox.world.options.paypal_webhook_id,
    }

    def verify(text: bytes) -> str:
        spliced = json.dumps(sent).encode()[:-1] + b', "webhook_event": ' + text + b"}"
        answer = paypal.post(
            "/v1/notifications/verify-webhook-signature",
            content=spliced,
            headers={"Content-Type": "application/json"},
        )
        return str(answer.json()["verification_status"])

    assert verify(body) == "SUCCESS"
    assert verify(json.dumps(event, indent=1).encode()) == "FAILURE"
