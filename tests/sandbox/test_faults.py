from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox_server import SandboxForTests

Params = Callable[..., Any]
CREATE = "stripe.sessions.create"
KEY: Any = {"idempotency_key": "pay-1"}


def made(client: stripe.StripeClient) -> int:
    return len(client.v1.checkout.sessions.list().data)


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("error_before", stripe.APIError, 0),
        ("error_after", stripe.APIError, 1),
        ("cut_before", stripe.APIConnectionError, 0),
        ("cut_after", stripe.APIConnectionError, 1),
    ],
)
def test_a_call_that_broke_is_done_once_when_repeated(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params,
    kind: str, error: type[Exception], done: int,
) -> None:  # fmt: skip
    sandbox.do("add_fault", operation=CREATE, kind=kind)
    with pytest.raises(error):
        client.v1.checkout.sessions.create(session_params(), KEY)
    before = made(client)
    again = client.v1.checkout.sessions.create(session_params(), KEY)

    assert (before, made(client)) == (done, 1)
    assert again.status == "open"


def test_a_fault_hits_the_next_calls_of_its_operation_only(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Any
) -> None:
    sandbox.do("add_fault", operation="paypal.orders.*", kind="error_before", times=2)
    assert paypal.get("/v1/notifications/webhooks").status_code == 200
    statuses = [
        paypal.post(
            "/v2/checkout/orders", json=order_body(), headers={"PayPal-Request-Id": "pay-1"}
        ).status_code
        for _ in range(3)
    ]
    assert statuses == [500, 500, 200]


def test_a_key_in_use_is_refused_until_the_first_call_is_done(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> None:
    sandbox.do("add_fault", operation=CREATE, kind="slow_after", seconds=0.6)
    slow = Thread(target=lambda: client.v1.checkout.sessions.create(session_params(), KEY))
    slow.start()
    time.sleep(0.2)
    with pytest.raises(stripe.APIError) as caught:
        client.v1.checkout.sessions.create(session_params(), KEY)
    slow.join()
    again = client.v1.checkout.sessions.create(session_params(), KEY)

    assert caught.value.http_status == 409
    assert again.status == "open"
    assert made(client) == 1


def test_an_answer_can_come_too_late(
    sandbox: SandboxForTests, paypal: httpx.Client, order_body: Any
) -> None:
    sandbox.do("add_fault", operation="paypal.orders.create", kind="slow_after", seconds=0.5)
    headers = {"PayPal-Request-Id": "pay-1"}
    with pytest.raises(httpx.ReadTimeout):
        paypal.post("/v2/checkout/orders", json=order_body(), headers=headers, timeout=0.2)
    time.sleep(0.5)
    again = paypal.post("/v2/checkout/orders", json=order_body("70.00"), headers=headers)
    order = paypal.get(f"/v2/checkout/orders/{again.json()['id']}").json()
    assert order["purchase_units"][0]["amount"]["value"] == "50.00"


def test_an_unknown_fault_is_refused(sandbox: SandboxForTests) -> None:
    answer = httpx.post(
        f"{sandbox.url}/control",
        json={"command": "add_fault", "operation": CREATE, "kind": "explode"},
        trust_env=False,
    )
    assert answer.status_code == 400
    assert "unknown fault 'explode'" in answer.json()["error"]
