from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import stripe
from cryptography import x509

from tests.sandbox_server import SandboxForTests

Params = Callable[..., Any]
WAIT_SECONDS = 5.0


class Shop:
    """Where webhooks arrive; answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.got.append((self.path, dict(self.headers), body))
                self.send_response(shop.answers.pop(0) if shop.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def types(self, wait_for: int) -> list[str]:
        until = time.monotonic() + WAIT_SECONDS
        while len(self.got) < wait_for and time.monotonic() < until:
            time.sleep(0.02)
        events = [json.loads(body) for _, _, body in self.got]
        return [event.get("type") or event["event_type"] for event in events]


@pytest.fixture
def shop(sandbox: SandboxForTests) -> Iterator[Shop]:
    shop = Shop()
    sandbox.do("send_webhooks_to", origin=shop.url)
    yield shop
    shop.http.shutdown()
    shop.http.server_close()


@pytest.fixture
def session(client: stripe.StripeClient, session_params: Params) -> str:
    return str(client.v1.checkout.sessions.create(session_params()).id)


def states(sandbox: SandboxForTests) -> list[str]:
    return [each["state"] for each in sandbox.do("sent")]


PAID = ["payment_intent.succeeded", "checkout.session.completed", "charge.updated"]


def settled(sandbox: SandboxForTests) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while sandbox.do("idle")["deliveries"] and time.monotonic() < until:
        time.sleep(0.02)


def test_what_happens_is_sent_signed(
    sandbox: SandboxForTests, client: stripe.StripeClient, session: str, shop: Shop
) -> None:
    sandbox.do("pay", session=session)
    assert shop.types(3) == PAID
    path, headers, body = shop.got[1]
    secret = sandbox.world.options.stripe_webhook_secret
    event = client.construct_event(body, headers["Stripe-Signature"], secret)
    assert (path, event.type) == ("/webhooks/stripe/", "checkout.session.completed")
    settled(sandbox)
    undelivered = client.v1.events.list({"delivery_success": False, "types": [event.type]})
    assert undelivered.data == []


def test_a_refused_webhook_comes_again(sandbox: SandboxForTests, session: str, shop: Shop) -> None:
    shop.answers = [500]
    sandbox.do("expire", session=session)
    assert shop.types(2) == ["checkout.session.expired"] * 2
    settled(sandbox)
    (delivery,) = sandbox.do("sent")
    assert (delivery["state"], delivery["answers"]) == ("delivered", ["500", "200"])
    assert shop.got[0][2] == shop.got[1][2]


def test_duplicates_drops_and_disorder(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params, shop: Shop
) -> None:
    ids = [client.v1.checkout.sessions.create(session_params()).id for _ in range(3)]
    sandbox.do("switch_webhooks", duplicate=True)
    sandbox.do("expire", session=ids[0])
    assert shop.types(2) == ["checkout.session.expired"] * 2
    assert shop.got[0][2] == shop.got[1][2]

    sandbox.do("switch_webhooks", duplicate=False, drop=1)
    sandbox.do("expire", session=ids[1])
    settled(sandbox)
    assert len(shop.got) == 2
    missed = client.v1.events.list({"delivery_success": False, "type": "checkout.session.expired"})
    assert [event.data.object["id"] for event in missed.data] == [ids[1]]

    sandbox.do("switch_webhooks", disorder=True)
    sandbox.do("pay", session=ids[2])
    mixed = shop.types(5)[2:]
    assert (sorted(mixed), mixed != PAID) == (sorted(PAID), True)


def test_a_delayed_webhook_waits(sandbox: SandboxForTests, session: str, shop: Shop) -> None:
    sandbox.do("switch_webhooks", delay=0.5)
    began = time.monotonic()
    sandbox.do("expire", session=session)
    assert shop.types(1) == ["checkout.session.expired"]
    assert time.monotonic() - began > 0.4


def test_paypal_webhooks_carry_a_chain_that_leads_to_the_root(
    sandbox: SandboxForTests, paypal: Any, order_body: Any, shop: Shop
) -> None:
    order = paypal.post(
        "/v2/checkout/orders", json=order_body(), headers={"PayPal-Request-Id": "pay-1"}
    ).json()
    sandbox.do("approve", order=order["id"])
    assert shop.types(1) == ["CHECKOUT.ORDER.APPROVED"]
    path, headers, _ = shop.got[0]
    pem = paypal.get(headers["Paypal-Cert-Url"]).content
    leaf, middle = x509.load_pem_x509_certificates(pem)
    root = x509.load_pem_x509_certificate(sandbox.world.certificates.ca_pem)

    leaf.verify_directly_issued_by(middle)
    middle.verify_directly_issued_by(root)
    store = x509.verification.Store([root])
    verifier = x509.verification.PolicyBuilder().store(store).build_client_verifier()
    assert len(verifier.verify(leaf, [middle]).chain) == 3
    assert path == "/webhooks/paypal/"
    assert headers["Paypal-Auth-Algo"] == "SHA256withRSA"


def test_a_webhook_is_sent_again_on_demand(
    sandbox: SandboxForTests, session: str, shop: Shop
) -> None:
    sandbox.do("expire", session=session)
    settled(sandbox)
    sandbox.do("resend", delivery=sandbox.do("sent")[0]["id"])
    assert shop.types(2) == ["checkout.session.expired"] * 2
    settled(sandbox)
    assert states(sandbox) == ["delivered", "delivered"]
