from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox_server import SandboxForTests

Params = Callable[..., Any]
COMMANDS = {"command": "switch_webhooks", "delay": "0.5", "drop": "2", "duplicate": "on"}


@pytest.fixture
def control(sandbox: SandboxForTests, buyer: httpx.Client) -> str:
    return f"{sandbox.url}/control/"


def test_the_page_sets_switches_and_shows_them(
    sandbox: SandboxForTests, buyer: httpx.Client, control: str
) -> None:
    said = buyer.post(control, data=COMMANDS, follow_redirects=True).text
    switches = sandbox.world.store.get("switch", "webhooks")
    assert switches == {"delay": 0.5, "drop": 2, "duplicate": True, "disorder": False}
    assert "Done: switch_webhooks" in said
    assert re.search(r'name="duplicate"[^>]*checked', said)
    assert not re.search(r'name="disorder"[^>]*checked', said)


def test_the_page_shows_money_and_payments(
    sandbox: SandboxForTests,
    client: stripe.StripeClient,
    buyer: httpx.Client,
    control: str,
    session_params: Params,
) -> None:
    made = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=made.id)
    sandbox.do("fund", provider="paypal", currency="EUR", amount=12_345)
    page = buyer.get(control).text
    assert "49.00 EUR" in page
    assert "123.45 EUR" in page
    assert "complete, paid" in page


def test_a_wrong_command_is_explained(buyer: httpx.Client, control: str) -> None:
    page = buyer.post(control, data={"command": "explode"}, follow_redirects=True).text
    assert "unknown command" in page
    wrong = {"command": "advance", "seconds": "soon"}
    assert "could not convert" in buyer.post(control, data=wrong, follow_redirects=True).text


def test_commands_come_as_json_too(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> None:
    made = client.v1.checkout.sessions.create(session_params())
    url = f"{sandbox.url}/control"

    def say(**command: Any) -> httpx.Response:
        return httpx.post(url, json=command, trust_env=False)

    assert say(command="pay", session=made.id).json() == {"answer": None}
    assert say(command="pay", session=made.id).json() == {"error": "pay: complete"}
    assert say(command="advance", seconds=60).json() == {"answer": 60.0}
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"


def test_a_malformed_body_is_refused(sandbox: SandboxForTests, paypal: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {sandbox.world.options.stripe_secret_key}"}
    url = f"{sandbox.url}/v1/checkout/sessions"
    answers = [
        httpx.post(url, json={"mode": "payment"}, headers=headers, trust_env=False),
        httpx.post(f"{sandbox.url}/v2/core/accounts", content=b"[1", headers=headers),
        httpx.post(f"{sandbox.url}/v2/core/accounts", content=b"[1]", headers=headers),
        paypal.post("/v2/checkout/orders", json=[1]),
        paypal.post("/v2/checkout/orders", content=b"{", headers={"Content-Type": "text/plain"}),
        paypal.post("/v2/checkout/orders", json={}),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 415, 400]


def test_an_unknown_address_is_refused(sandbox: SandboxForTests) -> None:
    answer = httpx.get(f"{sandbox.url}/v1/customers", trust_env=False)
    assert answer.status_code == 404
    sandbox.exchanges.clear()  # it has no shape, and need not have one
