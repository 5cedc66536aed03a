"""PayPal's money is taken by us, after the buyer approved it."""

from __future__ import annotations

import pytest

from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.payments.services.capture import capture
from apps.payments.states import PaymentState
from tests.paying import launched, looked_at
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(sandbox: SandboxForTests) -> Payment:
    payment = launched(Kind.PAYPAL)
    sandbox.do("approve", order=payment.ids["order"])
    return payment


def captures(sandbox: SandboxForTests) -> list[tuple[str, int]]:
    """Idempotency key and status of each capture that was asked for."""
    return [
        (request.headers["paypal-request-id"], response.status)
        for request, response in sandbox.exchanges
        if request.path.endswith("/capture")
    ]


def test_capturing_twice_is_one_capture(sandbox: SandboxForTests, approved: Payment) -> None:
    first, again = capture(approved), capture(approved)
    assert first == again
    assert first.state is PaymentState.CAPTURED
    assert {key for key, _ in captures(sandbox)} == {f"cap-{approved.reference}-1"}


def test_a_capture_whose_answer_was_lost_is_known_as_such_and_found(
    sandbox: SandboxForTests, approved: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    sandbox.do("add_fault", operation="paypal.orders.capture", kind="cut_after")
    with pytest.raises(errors.OutcomeUnknown):
        capture(approved)
    approved.refresh_from_db()
    assert (approved.state, approved.outcome_unknown) == ("awaiting_buyer", True)

    found = looked_at(approved).payment

    assert (found.state, found.outcome_unknown) == (PaymentState.CAPTURED, False)
    assert len(captures(sandbox)) == 1  # the look was enough


def test_a_declined_source_of_money_leaves_the_payment_open_for_another(
    sandbox: SandboxForTests,
) -> None:
    payment = launched(Kind.PAYPAL)
    order = payment.ids["order"]
    sandbox.do("approve", order=order, how="declined")
    refused = looked_at(payment).payment
    assert (refused.reason, refused.attempt) == ("INSTRUMENT_DECLINED", 2)
    assert refused.redirect_url

    sandbox.do("approve", order=order)
    done = looked_at(refused).payment

    assert (done.state, done.reason) == (PaymentState.CAPTURED, "")
    assert captures(sandbox) == [
        (f"cap-{payment.reference}-1", 422),
        (f"cap-{payment.reference}-2", 201),
    ]


def test_what_the_buyer_never_approved_cannot_be_captured(sandbox: SandboxForTests) -> None:
    payment = launched(Kind.PAYPAL)
    attempt = capture(payment)
    assert (attempt.state, attempt.reason) == (PaymentState.AWAITING_BUYER, "ORDER_NOT_APPROVED")


def test_stripe_has_captured_already(sandbox: SandboxForTests) -> None:
    payment = launched(Kind.STRIPE)
    sandbox.do("pay", session=payment.ids["session"])
    assert capture(payment).state is PaymentState.CAPTURED
