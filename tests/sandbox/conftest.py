from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stripe

from apps.sandbox.http import Json
from tests.sandbox_server import SandboxForTests

Session = dict[str, Any]


@pytest.fixture
def client(sandbox: SandboxForTests) -> Iterator[stripe.StripeClient]:
    """The real SDK, pointed at the sandbox."""
    session = stripe.RequestsClient(timeout=10)
    yield stripe.StripeClient(
        sandbox.world.options.stripe_secret_key,
        base_addresses={"api": sandbox.url},
        http_client=session,
    )
    session.close()  # type: ignore[no-untyped-call]  # its maker gives no types


@pytest.fixture
def buyer() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as buyer:
        yield buyer


@pytest.fixture
def paypal(sandbox: SandboxForTests) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        http.headers["Authorization"] = f"Bearer {sandbox.paypal_token()}"
        yield http


@pytest.fixture
def session_params() -> Callable[..., Any]:
    def params(**other: Any) -> Any:
        return {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 2500,
                        "product_data": {"name": "Standing"},
                    },
                    "quantity": 2,
                }
            ],
            "success_url": "https://shop.example/return/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/back/",
            "client_reference_id": "pay-1",
            "customer_email": "ada@example.com",
            "metadata": {"payment": "1"},
            "payment_intent_data": {"metadata": {"payment": "1"}, "transfer_group": "order-1"},
            **other,
        }

    return params


@pytest.fixture
def order_body() -> Callable[..., Json]:
    def body(value: str = "50.00", invoice: str = "ORDER-1", **unit: Any) -> Json:
        euro = {"currency_code": "EUR", "value": value}
        return {
            "intent": "CAPTURE",
            "purchase_units": [
                {
                    "custom_id": "pay-1",
                    "invoice_id": invoice,
                    "description": "Summer concert",
                    "amount": {**euro, "breakdown": {"item_total": euro}},
                    "items": [
                        {
                            "name": "Standing",
                            "quantity": "1",
                            "category": "DIGITAL_GOODS",
                            "unit_amount": euro,
                        }
                    ],
                    **unit,
                }
            ],
            "payment_source": {
                "paypal": {
                    "experience_context": {
                        "return_url": "https://shop.example/return/?order=1",
                        "cancel_url": "https://shop.example/back/?order=1",
                        "user_action": "PAY_NOW",
                        "shipping_preference": "NO_SHIPPING",
                        "brand_name": "Parterre",
                        "locale": "en-GB",
                    }
                }
            },
        }

    return body
