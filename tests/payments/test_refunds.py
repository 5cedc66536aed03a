from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.core.money import Money
from apps.ledger.balances import all_balances
from apps.outbox.models import Message
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment, Refund
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.refund import NotRefundable, left_to_refund
from apps.payments.services.submit_refund import look_up_refund, submit_refund
from apps.payments.states import RefundState
from tests.paying import launched, opened, paid, refund_wanted
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
REFUND = {Kind.STRIPE: "stripe.refunds.create", Kind.PAYPAL: "paypal.captures.refund"}
PENDING = {Kind.STRIPE: "pending", Kind.PAYPAL: "PENDING"}
PENDING_FAILS = {Kind.STRIPE: "pending_fails", Kind.PAYPAL: "PENDING_FAILS"}

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(tz=UTC)


def books(provider: Kind) -> dict[str, int]:
    """Of refunds only: the provider's fee is another story."""
    found = {str(code): money.minor for (code, _), money in all_balances().items() if money}
    found[f"clearing:{provider}"] = found.get(f"clearing:{provider}", 0) + found.pop(
        f"fee:provider:{provider}", 0
    )
    return {code: minor for code, minor in found.items() if minor}


def at_provider(payment: Payment) -> list[int]:
    return [view.amount.minor for view in GATEWAYS[payment.provider].list_refunds(payment.ids)]


def topics() -> list[str]:
    return list(Message.objects.order_by("id").values_list("topic", flat=True))


@BOTH
def test_a_refund_is_asked_for_sent_and_booked(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 1500)
    assert (refund.state, at_provider(payment)) == (RefundState.REQUESTED, [])

    submit_refund(refund.pk, at=now())

    refund.refresh_from_db()
    assert (refund.state, refund.next_poll_at) == (RefundState.SUCCEEDED, None)
    assert refund.provider_id
    assert at_provider(payment) == [1500]
    assert books(provider) == {
        f"refunds_in_transit:{provider}": 1500,  # its other half was booked with the request
        f"clearing:{provider}": -1500,
    }
    assert topics() == ["refund.requested", "refund.changed"]


@BOTH
def test_submitting_again_sends_nothing_more(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 1500)
    submit_refund(refund.pk, at=now())
    submit_refund(refund.pk, at=now())
    assert at_provider(payment) == [1500]
    assert topics() == ["refund.requested", "refund.changed"]


@BOTH
def test_a_worker_that_died_over_it_is_followed_by_another(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch, provider: Kind
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 1500)
    sandbox.do("add_fault", operation=REFUND[provider], kind="cut_after")
    with pytest.raises(errors.OutcomeUnknown):
        submit_refund(refund.pk, at=now())
    refund.refresh_from_db()
    assert (refund.state, refund.outcome_unknown) == (RefundState.SUBMITTING, True)

    submit_refund(refund.pk, at=now())

    refund.refresh_from_db()
    assert (refund.state, refund.outcome_unknown) == (RefundState.SUCCEEDED, False)
    assert at_provider(payment) == [1500]


@BOTH
def test_a_refund_the_provider_did_but_called_failed_is_found_in_its_list(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch, provider: Kind
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 1500)
    sandbox.do("add_fault", operation=REFUND[provider], kind="error_after")
    with pytest.raises(errors.OutcomeUnknown):
        submit_refund(refund.pk, at=now())
    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == (RefundState.SUCCEEDED, 1)
    assert at_provider(payment) == [1500]


@BOTH
def test_a_refund_the_provider_failed_to_do_gets_a_new_key(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch, provider: Kind
) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.TRIES_MAX", 1)
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 1500)
    sandbox.do("add_fault", operation=REFUND[provider], kind="error_before")
    with pytest.raises(errors.OutcomeUnknown):
        submit_refund(refund.pk, at=now())
    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == (RefundState.SUBMITTING, 2)
    submit_refund(refund.pk, at=now())
    assert at_provider(payment) == [1500]


@BOTH
def test_a_refund_on_its_way_is_asked_about_until_it_has_arrived(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    sandbox.do(f"plan_{provider}_refund", outcome=PENDING[provider])
    refund = refund_wanted(payment, 1500)
    submit_refund(refund.pk, at=now())
    refund.refresh_from_db()
    assert (refund.state, books(provider)) == (RefundState.PENDING, {})
    assert refund.next_poll_at is not None

    sandbox.later(3600)
    look_up_refund(refund, at=now())

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert books(provider)[f"clearing:{provider}"] == -1500


@BOTH
def test_a_refund_that_fails_on_its_way_is_owed_to_the_buyer(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    sandbox.do(f"plan_{provider}_refund", outcome=PENDING_FAILS[provider])
    refund = refund_wanted(payment, 1500)
    submit_refund(refund.pk, at=now())
    sandbox.later(86_400)
    refund.refresh_from_db()
    look_up_refund(refund, at=now())
    refund.refresh_from_db()
    assert refund.state == RefundState.FAILED
    # Its request had moved the sum into transit; now it is owed again.
    assert books(provider) == {
        f"refunds_in_transit:{provider}": 1500,
        f"unapplied:{provider}": -1500,
    }
    assert left_to_refund(payment) == Money(4000, "EUR")


def test_a_refund_that_comes_back_days_later_is_booked_back(sandbox: SandboxForTests) -> None:
    payment = paid(sandbox, Kind.STRIPE)
    sandbox.do("plan_stripe_refund", outcome="succeeded_fails")
    refund = refund_wanted(payment, 1500)
    submit_refund(refund.pk, at=now())
    sandbox.later(5 * 86_400)
    reconcile_refunds(payment, at=now())  # what the webhook refund.failed leads to
    refund.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert books(Kind.STRIPE) == {"refunds_in_transit:stripe": 1500, "unapplied:stripe": -1500}
    assert topics() == ["refund.requested", "refund.changed", "refund.changed"]


@BOTH
def test_a_refund_made_at_the_provider_is_adopted_once(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    GATEWAYS[provider].refund(
        payment.ids, key="dashboard", amount=Money(700, "EUR"), reason="", reference="x"
    )

    reconcile_refunds(payment, at=now())
    reconcile_refunds(payment, at=now())

    (adopted,) = payment.refunds.all()
    assert (adopted.state, adopted.amount_minor, adopted.purpose) == ("succeeded", 700, "")
    payment.refresh_from_db()
    assert payment.needs_review
    assert books(provider)[f"clearing:{provider}"] == -700
    assert topics() == ["refund.adopted", "refund.changed"]
    assert left_to_refund(payment) == Money(3300, "EUR")


@BOTH
def test_what_somebody_refunded_at_the_provider_is_not_sent_again(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    refund = refund_wanted(payment, 4000)
    GATEWAYS[provider].refund(
        payment.ids, key="dashboard", amount=Money(4000, "EUR"), reason="", reference="x"
    )

    submit_refund(refund.pk, at=now())

    refund.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert at_provider(payment) == [4000]
    assert sorted(payment.refunds.values_list("state", flat=True)) == ["failed", "succeeded"]


@BOTH
def test_more_than_was_paid_is_refused(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = paid(sandbox, provider)
    refund_wanted(payment, 2500)
    with pytest.raises(NotRefundable):
        refund_wanted(payment, 1501)
    refund_wanted(payment, 1500)
    assert Refund.objects.count() == 2


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_cannot_be_refunded(sandbox: SandboxForTests, minor: int) -> None:
    with pytest.raises(NotRefundable):
        refund_wanted(paid(sandbox, Kind.STRIPE), minor)


def test_money_that_was_never_taken_cannot_be_refunded(sandbox: SandboxForTests) -> None:
    with pytest.raises(NotRefundable):
        refund_wanted(launched(Kind.STRIPE), 100)


def captured_without_provider() -> Payment:
    payment = opened(Kind.PAYPAL)
    Payment.objects.filter(pk=payment.pk).update(state="captured")
    return payment


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_full_refunds_at_once_are_one() -> None:
    payment = captured_without_provider()
    results = run_at_once(32, lambda _: refund_wanted(payment, 4000))
    assert sum(isinstance(result, NotRefundable) for result in results) == 31
    assert Refund.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_more_goes_back_than_came() -> None:
    payment = captured_without_provider()

    def unguarded(_: int) -> None:
        if left_to_refund(payment).minor >= 4000:
            Refund.objects.create(
                payment=payment, amount_minor=4000, purpose="story", created_at=now()
            )

    for _ in range(20):
        Refund.objects.all().delete()
        run_at_once(6, unguarded)
        if Refund.objects.count() > 1:
            return
    pytest.fail("the race did not happen in 20 rounds")
