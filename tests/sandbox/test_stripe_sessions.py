from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox_server import SandboxForTests

Params = Callable[..., Any]
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.completed", "charge.updated"]  # fmt: skip


def types(sandbox: SandboxForTests) -> list[str]:
    return [event["type"] for provider, event in sandbox.notices() if provider == "stripe"]


def test_a_paid_session_has_its_fee_a_moment_later(
    sandbox: SandboxForTests, client: stripe.StripeClient, buyer: httpx.Client,
    session_params: Params,
) -> None:  # fmt: skip
    sandbox.do("tune", settle_seconds=30)
    made = client.v1.checkout.sessions.create(session_params())
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)

    answer = buyer.post(str(made.url), data={"action": "pay"})
    expand: Any = {"expand": ["payment_intent.latest_charge", "line_items"]}
    paid: Any = client.v1.checkout.sessions.retrieve(made.id, expand)

    assert answer.headers["location"] == f"https://shop.example/return/?session={made.id}"
    assert (paid.status, paid.payment_status, paid.amount_total) == ("complete", "paid", 5000)
    assert paid.line_items.data[0].description == "Standing"
    assert paid.payment_intent.metadata.to_dict() == {"payment": "1"}
    assert paid.payment_intent.latest_charge.balance_transaction is None
    assert types(sandbox) == PAID[:-1]

    sandbox.later(31)
    charge: Any = client.v1.charges.retrieve(
        paid.payment_intent.latest_charge.id, {"expand": ["balance_transaction"]}
    )
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (100, 4900)
    assert types(sandbox) == PAID


def test_a_declined_card_leaves_the_session_open_for_another(
    sandbox: SandboxForTests, client: stripe.StripeClient, buyer: httpx.Client,
    session_params: Params,
) -> None:  # fmt: skip
    made = client.v1.checkout.sessions.create(session_params())
    url = str(made.url)

    declined = buyer.post(url, data={"action": "decline"}, follow_redirects=True)
    between = client.v1.checkout.sessions.retrieve(made.id)
    buyer.post(url, data={"action": "pay"})
    paid = client.v1.checkout.sessions.retrieve(made.id)

    assert "declined" in declined.text
    assert (between.status, between.payment_status) == ("open", "unpaid")
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.payment_intent == between.payment_intent
    assert types(sandbox).count("payment_intent.payment_failed") == 1
    assert client.v1.balance.retrieve().available[0].amount == 4900


@pytest.mark.parametrize(
    ("how", "status", "event"),
    [
        ("pay_later", "paid", "checkout.session.async_payment_succeeded"),
        ("pay_later_in_vain", "unpaid", "checkout.session.async_payment_failed"),
    ],
)
def test_a_delayed_method_is_complete_but_unpaid_until_it_clears(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params,
    how: str, status: str, event: str,
) -> None:  # fmt: skip
    made = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=made.id, how=how)
    waiting = client.v1.checkout.sessions.retrieve(made.id)

    sandbox.later(21)
    after = client.v1.checkout.sessions.retrieve(made.id)

    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert (after.status, after.payment_status) == ("complete", status)
    assert types(sandbox).count(event) == 1


def test_an_expired_session_cannot_be_paid(
    sandbox: SandboxForTests, client: stripe.StripeClient, buyer: httpx.Client,
    session_params: Params,
) -> None:  # fmt: skip
    made = client.v1.checkout.sessions.create(session_params())
    expired = client.v1.checkout.sessions.expire(made.id)
    page = buyer.post(str(made.url), data={"action": "pay"})

    assert (expired.status, expired.url) == ("expired", None)
    assert page.status_code == 410
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "unpaid"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(made.id)
    assert types(sandbox) == ["checkout.session.expired"]


def test_a_session_expires_by_itself(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> None:
    made = client.v1.checkout.sessions.create(session_params(expires_at=int(time.time()) + 1860))
    sandbox.later(1850)
    before = client.v1.checkout.sessions.retrieve(made.id)
    sandbox.later(20)

    assert before.status == "open"
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"expires_at": int(time.time()) + 900}, "expires_at"),
        ({"expires_at": int(time.time()) + 90_000}, "expires_at"),
        ({"success_url": "/return/"}, "success_url"),
        ({"customer_email": "ada"}, "customer_email"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"line_items": []}, "line_items"),
        ({"colour": "red"}, "colour"),
        ({"ui_mode": "hosted"}, "ui_mode"),
    ],
)
def test_a_wrong_parameter_is_named(
    client: stripe.StripeClient, session_params: Params, change: Any, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params(**change))
    assert (caught.value.http_status, caught.value.param) == (400, param)


def test_the_same_key_replays_and_another_body_is_refused(
    client: stripe.StripeClient, session_params: Params
) -> None:
    first = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "pay-1"})
    again = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "pay-1"})
    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(
            session_params(client_reference_id="other"), {"idempotency_key": "pay-1"}
        )
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_refusal_is_replayed_too(
    client: stripe.StripeClient, sandbox: SandboxForTests, session_params: Params
) -> None:
    made = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=made.id)
    intent = str(client.v1.checkout.sessions.retrieve(made.id).payment_intent)
    too_much: Any = {"payment_intent": intent, "amount": 5001}
    other: Any = {"payment_intent": intent, "amount": 5000}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            client.v1.refunds.create(too_much, {"idempotency_key": "ref-1"})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create(other, {"idempotency_key": "ref-1"})


def test_a_wrong_key_is_refused(sandbox: SandboxForTests) -> None:
    session = stripe.RequestsClient(timeout=5)
    stranger = stripe.StripeClient(
        "sk_test_other", base_addresses={"api": sandbox.url}, http_client=session
    )
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.balance.retrieve()
    session.close()  # type: ignore[no-untyped-call]  # its maker gives no types


def test_events_are_signed_as_the_sdk_checks_them(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> None:
    made = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=made.id)
    ((_, event),) = sandbox.notices(type="checkout.session.completed")
    headers, body = sandbox.packed("stripe", event)
    secret = sandbox.world.options.stripe_webhook_secret

    seen = client.construct_event(body, headers["Stripe-Signature"], secret)
    assert seen.type == "checkout.session.completed"
    assert json.loads(body)["data"]["object"]["id"] == made.id
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body + b" ", headers["Stripe-Signature"], secret)
