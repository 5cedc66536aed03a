from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox_server import SandboxForTests

Params = Callable[..., Any]


@pytest.fixture
def paid(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> stripe.PaymentIntent:
    """50.00 EUR, settled: 49.00 in the balance."""
    session = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    return client.v1.payment_intents.retrieve(str(intent))


@pytest.fixture
def account(sandbox: SandboxForTests, client: stripe.StripeClient) -> str:
    """A connected account that can be paid."""
    made = client.v2.core.accounts.create(
        {
            "contact_email": "organizer@example.com",
            "dashboard": "express",
            "identity": {"country": "de", "entity_type": "company"},
            "defaults": {
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                }
            },
            "configuration": {
                "recipient": {
                    "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
                }
            },
        },
        {"idempotency_key": "payee-1"},
    )
    sandbox.do("submit_account", account=made.id)
    sandbox.later(1)
    return str(made.id)


def types(sandbox: SandboxForTests) -> list[str]:
    return [event["type"] for _, event in sandbox.notices()]


def available(client: stripe.StripeClient) -> int:
    return int(client.v1.balance.retrieve().available[0].amount)


def test_partial_refunds_add_up_and_no_further(
    sandbox: SandboxForTests, client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    params: Any = {"payment_intent": paid.id, "amount": 2000, "reason": "requested_by_customer"}
    first = client.v1.refunds.create(params, {"idempotency_key": "ref-1"})
    again = client.v1.refunds.create(params, {"idempotency_key": "ref-1"})
    rest = client.v1.refunds.create({"payment_intent": paid.id}, {"idempotency_key": "ref-2"})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": paid.id}, {"idempotency_key": "ref-3"})
    charge = client.v1.charges.retrieve(str(paid.latest_charge), {"expand": ["refunds"]})

    assert (first.id, first.status, rest.amount) == (again.id, "succeeded", 3000)
    assert caught.value.code == "charge_already_refunded"
    assert (charge.amount_refunded, charge.refunded) == (5000, True)
    assert len(client.v1.refunds.list({"payment_intent": paid.id}).data) == 2
    assert available(client) == -100
    assert types(sandbox).count("refund.created") == types(sandbox).count("charge.refunded") == 2


def test_a_refund_can_fail_days_later(
    sandbox: SandboxForTests, client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    sandbox.do("plan_stripe_refund", outcome="succeeded_fails")
    refund = client.v1.refunds.create({"payment_intent": paid.id})
    sandbox.later(21)
    after = client.v1.refunds.retrieve(refund.id)
    charge = client.v1.charges.retrieve(str(paid.latest_charge))

    assert (refund.status, after.status) == ("succeeded", "failed")
    assert after.failure_balance_transaction is not None
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert available(client) == 4900
    assert "refund.failed" in types(sandbox)


def test_a_pending_refund_succeeds(
    sandbox: SandboxForTests, client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    sandbox.do("plan_stripe_refund", outcome="pending")
    refund = client.v1.refunds.create({"payment_intent": paid.id})
    sandbox.later(21)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_onboarding_ends_with_active_transfers(
    sandbox: SandboxForTests, client: stripe.StripeClient, buyer: httpx.Client
) -> None:
    made = client.v1.accounts.create({"type": "express", "country": "DE", "email": "o@example.com"})
    link_params: Any = {
        "account": made.id,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "configurations": ["recipient"],
                "refresh_url": "https://shop.example/refresh/",
                "return_url": "https://shop.example/done/",
            },
        },
    }
    link_params["use_case"]["account_onboarding"].pop("configurations")
    link = client.v2.core.account_links.create(link_params)
    page = buyer.get(link.url)
    second = buyer.get(link.url)
    done = buyer.post(link.url, data={"action": "complete"})
    between = client.v1.accounts.retrieve(made.id)
    sandbox.later(1)
    after = client.v1.accounts.retrieve(made.id)

    assert page.status_code == 200
    assert second.headers["location"] == "https://shop.example/refresh/"
    assert done.headers["location"] == "https://shop.example/done/"
    assert between.details_submitted
    assert not between.payouts_enabled
    assert after.capabilities is not None
    assert after.capabilities.transfers == "active"
    told = [event for _, event in sandbox.notices(type="account.updated")]
    assert [event["account"] for event in told] == [made.id, made.id]


def test_a_v2_account_shows_its_configuration_only_when_asked(
    client: stripe.StripeClient, account: str
) -> None:
    plain = client.v2.core.accounts.retrieve(account)
    whole: Any = client.v2.core.accounts.retrieve(
        account, {"include": ["configuration.recipient", "defaults", "identity", "requirements"]}
    )
    assert plain.configuration is None
    balance = whole.configuration.recipient.capabilities.stripe_balance
    assert balance.stripe_transfers.status == "active"
    assert whole.requirements.entries == []
    assert whole.identity.country == "de"


def test_a_transfer_moves_available_money_once(
    sandbox: SandboxForTests,
    client: stripe.StripeClient,
    paid: stripe.PaymentIntent,
    account: str,
) -> None:
    params: Any = {"amount": 4000, "currency": "eur", "destination": account,
                   "transfer_group": "payout-1"}  # fmt: skip
    first = client.v1.transfers.create(params, {"idempotency_key": "po-1"})
    again = client.v1.transfers.create(params, {"idempotency_key": "po-1"})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create(params, {"idempotency_key": "po-2"})

    assert first.id == again.id
    assert caught.value.code == "balance_insufficient"
    assert available(client) == 900
    theirs = client.v1.balance.retrieve(options={"stripe_account": account})
    assert theirs.available[0].amount == 4000
    assert types(sandbox).count("transfer.created") == 1
    assert len(client.v1.transfers.list({"transfer_group": "payout-1"}).data) == 1


def test_a_reversal_brings_back_what_was_not_drawn(
    sandbox: SandboxForTests,
    client: stripe.StripeClient,
    paid: stripe.PaymentIntent,
    account: str,
) -> None:
    transfer = client.v1.transfers.create(
        {"amount": 4000, "currency": "eur", "destination": account}
    )
    client.v1.transfers.reversals.create(transfer.id, {"amount": 1000})
    sandbox.do("drain_account", account=account)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.reversals.create(transfer.id)

    after = client.v1.transfers.retrieve(transfer.id)
    assert caught.value.code == "balance_insufficient"
    assert (after.amount_reversed, after.reversed) == (1000, False)
    assert available(client) == 1900


def test_an_account_without_the_capability_cannot_be_paid(
    sandbox: SandboxForTests,
    client: stripe.StripeClient,
    paid: stripe.PaymentIntent,
    account: str,
) -> None:
    sandbox.do("restrict_account", account=account)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": account})
    assert caught.value.code == "insufficient_capabilities_for_transfer"
    assert available(client) == 4900


def test_money_may_be_pending_first(
    sandbox: SandboxForTests, client: stripe.StripeClient, session_params: Params
) -> None:
    sandbox.do("tune", available_seconds=3600)
    session = client.v1.checkout.sessions.create(session_params())
    sandbox.do("pay", session=session.id)
    before = client.v1.balance.retrieve()
    sandbox.later(3601)
    after = client.v1.balance.retrieve()
    assert (before.available[0].amount, before.pending[0].amount) == (0, 4900)
    assert (after.available[0].amount, after.pending[0].amount) == (4900, 0)


def test_balance_transactions_explain_the_balance(
    client: stripe.StripeClient, paid: stripe.PaymentIntent, account: str
) -> None:
    client.v1.refunds.create({"payment_intent": paid.id, "amount": 1000})
    client.v1.transfers.create({"amount": 500, "currency": "eur", "destination": account})
    rows = list(client.v1.balance_transactions.list({"limit": 2}).auto_paging_iter())
    assert [(row.type, row.amount, row.fee) for row in rows] == [
        ("transfer", -500, 0),
        ("refund", -1000, 0),
        ("charge", 5000, 100),
    ]
    assert sum(row.net for row in rows) == available(client) == 3400


def test_endpoints_are_registered_and_found(client: stripe.StripeClient) -> None:
    made = client.v1.webhook_endpoints.create(
        {"url": "https://shop.example/hooks/", "enabled_events": ["charge.updated"]}
    )
    assert str(made.secret).startswith("whsec_")
    assert made.id in {each.id for each in client.v1.webhook_endpoints.list().data}
    client.v1.webhook_endpoints.update(made.id, {"disabled": True})
    assert client.v1.webhook_endpoints.retrieve(made.id).status == "disabled"
    assert client.v1.webhook_endpoints.delete(made.id).deleted
