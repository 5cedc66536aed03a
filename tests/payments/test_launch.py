from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from apps.core.models import StateChange
from apps.payments.gateways import errors
from apps.payments.gateways.base import Attempt, Kind
from apps.payments.models import Payment
from apps.payments.services.abandon import abandon
from apps.payments.services.apply import apply
from apps.payments.services.fetch import fetch
from apps.payments.services.launch import launch
from apps.payments.states import PaymentState
from tests.paying import launched, looked_at, opened
from tests.sandbox_server import SandboxForTests

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
CREATE = {Kind.STRIPE: "stripe.sessions.create", Kind.PAYPAL: "paypal.orders.create"}

pytestmark = pytest.mark.django_db


def made_at_provider(sandbox: SandboxForTests) -> int:
    paths = ("/v1/checkout/sessions", "/v2/checkout/orders")
    names = {
        response.body
        for request, response in sandbox.exchanges
        if request.path in paths and response.status in {200, 201}
    }
    return len(names)


@BOTH
def test_the_row_comes_first_then_the_page(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = opened(provider)
    assert (payment.state, payment.provider_id, sandbox.exchanges) == ("created", "", [])

    payment = launch(payment, at=datetime.now(tz=UTC))

    payment.refresh_from_db()
    assert payment.state == PaymentState.AWAITING_BUYER
    assert payment.redirect_url.startswith(sandbox.url)
    assert payment.provider_id in payment.ids.values()
    assert payment.next_poll_at == payment.created_at + timedelta(minutes=1)
    (change,) = StateChange.objects.filter(subject="payments.payment", subject_id=payment.pk)
    assert (change.source, change.target, change.actor) == (
        "created",
        "awaiting_buyer",
        f"provider:{provider}",
    )


@BOTH
def test_launching_twice_is_one_attempt(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = opened(provider)
    first = launch(payment, at=datetime.now(tz=UTC))
    again = launch(payment, at=datetime.now(tz=UTC))
    assert (first.ids, first.redirect_url) == (again.ids, again.redirect_url)
    assert StateChange.objects.filter(subject="payments.payment").count() == 1


@BOTH
def test_an_unheard_answer_is_heard_by_asking_again(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch, provider: Kind
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    payment = opened(provider)
    sandbox.do("add_fault", operation=CREATE[provider], kind="cut_after")
    with pytest.raises(errors.OutcomeUnknown):
        launch(payment, at=datetime.now(tz=UTC))
    payment.refresh_from_db()
    assert (payment.state, payment.outcome_unknown, payment.attempt) == ("created", True, 1)

    looked = looked_at(payment).payment  # what the poll does

    assert (looked.state, looked.outcome_unknown) == (PaymentState.AWAITING_BUYER, False)
    assert made_at_provider(sandbox) == 1


@BOTH
def test_a_failure_the_provider_may_replay_gets_a_new_key(
    sandbox: SandboxForTests, no_pauses: None, provider: Kind
) -> None:
    payment = opened(provider)
    sandbox.do("add_fault", operation=CREATE[provider], kind="error_before", times=3)
    with pytest.raises(errors.ProviderFailed):
        launch(payment, at=datetime.now(tz=UTC))
    payment.refresh_from_db()
    assert (payment.state, payment.attempt) == (PaymentState.CREATED, 2)
    assert launch(payment, at=datetime.now(tz=UTC)).state == PaymentState.AWAITING_BUYER


@BOTH
def test_a_provider_that_cannot_be_reached_changes_nothing(
    sandbox: SandboxForTests, settings: Settings, no_pauses: None, provider: Kind
) -> None:
    payment = opened(provider)
    settings.STRIPE_API_BASE = settings.PAYPAL_API_BASE = "http://127.0.0.1:9"
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:9"]
    with pytest.raises(errors.Unavailable):
        launch(payment, at=datetime.now(tz=UTC))
    payment.refresh_from_db()
    assert (payment.state, payment.outcome_unknown, payment.attempt) == ("created", False, 1)


@BOTH
def test_a_refused_request_ends_the_payment(
    sandbox: SandboxForTests, settings: Settings, provider: Kind
) -> None:
    payment = opened(provider)
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    settings.PAYPAL_CLIENT_SECRET = "wrong"
    with pytest.raises(errors.NotPermitted):
        launch(payment, at=datetime.now(tz=UTC))
    payment.refresh_from_db()
    assert (payment.state, payment.next_poll_at) == (PaymentState.FAILED, None)
    assert payment.reason


@BOTH
def test_what_nobody_has_seen_is_abandoned_without_asking(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = opened(provider)
    assert abandon(payment).state is PaymentState.CANCELLED
    assert sandbox.exchanges == []


@BOTH
def test_an_ended_payment_that_no_provider_knows_is_not_asked_about(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = opened(provider)
    Payment.objects.filter(pk=payment.pk).update(state=PaymentState.CANCELLED)
    payment.refresh_from_db()
    assert fetch(payment).state is PaymentState.CANCELLED
    assert sandbox.exchanges == []


def test_an_abandoned_approval_is_marked_as_never_to_be_captured(
    sandbox: SandboxForTests,
) -> None:
    payment = launched(Kind.PAYPAL)
    sandbox.do("approve", order=payment.ids["order"])
    from_abandon = abandon(payment)
    ended = _apply(payment, from_abandon)
    assert (ended.state, ended.superseded) == (PaymentState.CANCELLED, True)
    assert ended.next_poll_at is None


def _apply(payment: Payment, attempt: Attempt) -> Payment:
    with transaction.atomic():
        return apply(payment.pk, attempt, at=datetime.now(tz=UTC)).payment
