from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils.translation import override
from pytest_django import Settings

from apps.core.models import StateChange
from apps.payments.gateways import errors
from apps.payments.gateways.base import Attempt, Kind
from apps.payments.models import Payment
from apps.payments.services.abandon import abandon
from apps.payments.services.apply import apply
from apps.payments.services.fetch import fetch
from apps.payments.services.launch import PASSING, launch
from apps.payments.states import PaymentState
from tests.paying import launched, looked_at, opened
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
CREATE = {Kind.STRIPE: "stripe.sessions.create", Kind.PAYPAL: "paypal.orders.create"}
PATHS = ("/v1/checkout/sessions", "/v2/checkout/orders")

pytestmark = pytest.mark.django_db


def made_at_provider(sandbox: SandboxForTests) -> int:
    names = {
        response.json()["id"]
        for request, response in sandbox.exchanges
        if request.path in PATHS and response.status in {200, 201}
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
def test_a_start_hours_later_sends_the_same_bytes(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch, provider: Kind
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    opened_at = datetime.now(tz=UTC)
    payment = opened(provider, at=opened_at)
    sandbox.do("add_fault", operation=CREATE[provider], kind="cut_after")
    with pytest.raises(errors.OutcomeUnknown):
        launch(payment, at=opened_at)

    from_the_row = Payment.objects.get(pk=payment.pk)
    with override("fr"):
        again = launch(from_the_row, at=opened_at + timedelta(hours=2))

    bodies = {request.body for request, _ in sandbox.exchanges if request.path in PATHS}
    assert (len(bodies), made_at_provider(sandbox)) == (1, 1)
    assert again.state == PaymentState.AWAITING_BUYER


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@BOTH
def test_many_starts_at_once_through_faults_are_one_page(
    sandbox: SandboxForTests, no_pauses: None, provider: Kind
) -> None:
    payment = opened(provider)
    sandbox.do("add_fault", operation=CREATE[provider], kind="cut_after", times=2)

    def start(number: int) -> str:
        return launch(Payment.objects.get(pk=payment.pk), at=datetime.now(tz=UTC)).redirect_url

    heard = run_at_once(5, start)

    payment = launch(Payment.objects.get(pk=payment.pk), at=datetime.now(tz=UTC))
    assert payment.state == PaymentState.AWAITING_BUYER
    assert {page for page in heard if isinstance(page, str)} <= {payment.redirect_url}
    trouble = [page for page in heard if not isinstance(page, str)]
    assert all(isinstance(error, PASSING) for error in trouble), trouble
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
def test_a_refused_start_does_not_end_a_page_that_is_open(
    sandbox: SandboxForTests, settings: Settings, provider: Kind
) -> None:
    slow_click = opened(provider)
    launch(Payment.objects.get(pk=slow_click.pk), at=datetime.now(tz=UTC))
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    settings.PAYPAL_CLIENT_SECRET = "wrong"

    with pytest.raises(errors.NotPermitted):
        launch(slow_click, at=datetime.now(tz=UTC))

    payment = Payment.objects.get()
    assert (payment.state, payment.reason) == (PaymentState.AWAITING_BUYER, "")
    assert payment.next_poll_at is not None


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
