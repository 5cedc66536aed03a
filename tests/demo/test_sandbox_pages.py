from __future__ import annotations

from typing import Any

import stripe
from django.test import Client
from pytest_django import Settings

from tests.sandbox_server import SandboxForTests

FORM = "application/x-www-form-urlencoded"


def session(sandbox: SandboxForTests) -> Any:
    http = stripe.RequestsClient(timeout=5)
    sdk = stripe.StripeClient(
        sandbox.world.options.stripe_secret_key,
        base_addresses={"api": sandbox.url},
        http_client=http,
    )
    item: Any = {
        "price_data": {"currency": "eur", "unit_amount": 2500, "product_data": {"name": "Seat"}},
        "quantity": 1,
    }
    made = sdk.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [item],
            "success_url": "http://testserver/return/?session={CHECKOUT_SESSION_ID}",
        }
    )
    http.close()  # type: ignore[no-untyped-call]  # its maker gives no types
    return made


def test_a_buyer_pays_through_the_shop_port(
    sandbox: SandboxForTests, client: Client, db: None
) -> None:
    made = session(sandbox)
    path = f"/sandbox/c/pay/{made.id}"

    page = client.get(path)
    style = client.get("/sandbox/sandbox.css")
    declined = client.post(path, "action=decline", content_type=FORM)
    again = client.get(path + declined["Location"])
    paid = client.post(path, "action=pay", content_type=FORM)

    assert b"25.00 EUR" in page.content
    assert page["Cache-Control"] == "no-store"
    assert style["Content-Type"].startswith("text/css")
    assert b"declined" in again.content
    assert (paid.status_code, paid["Location"]) == (
        303,
        f"http://testserver/return/?session={made.id}",
    )
    stored = sandbox.world.store.need("checkout.session", made.id)
    assert stored["payment_status"] == "paid"


def test_other_sites_cannot_press_the_buttons(sandbox: SandboxForTests, db: None) -> None:
    made = session(sandbox)
    stranger = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    answer = stranger.post(f"/sandbox/c/pay/{made.id}", "action=pay", content_type=FORM)
    assert answer.status_code == 403
    stored = sandbox.world.store.need("checkout.session", made.id)
    assert stored["status"] == "open"


def test_a_sandbox_that_is_down_is_said_so(settings: Settings, client: Client, db: None) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:9"]
    answer = client.get("/sandbox/checkoutnow", {"token": "X"})
    assert (answer.status_code, answer["Content-Type"]) == (502, "text/plain")
