"""The provider holds too little of our money to send some back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.ledger.balances import all_balances
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.polling import GIVE_UP
from apps.payments.services.refund import left_to_refund
from apps.payments.services.submit_refund import look_up_refund, submit_refund
from tests.paying import paid, refund_wanted
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


def at_provider(payment: Payment) -> list[int]:
    return [view.amount.minor for view in GATEWAYS[payment.provider].list_refunds(payment.ids)]


def owed() -> dict[str, int]:
    found = {str(code): money.minor for (code, _), money in all_balances().items() if money}
    return {code: found[code] for code in ("refunds_in_transit:paypal", "unapplied:paypal")}


def test_a_refund_without_funds_waits_and_is_sent_once(sandbox: SandboxForTests) -> None:
    payment = paid(sandbox, Kind.PAYPAL)
    sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    refund = refund_wanted(payment, 1500)
    at = refund.created_at
    submit_refund(refund.pk, at=at)
    refund.refresh_from_db()
    assert (refund.state, refund.next_poll_at) == ("submitting", at + timedelta(hours=1))
    assert refund.reason == "REFUND_FAILED_INSUFFICIENT_FUNDS"

    sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    look_up_refund(refund, at=at + timedelta(hours=1))
    assert at_provider(payment) == [1500]


def test_a_refund_that_waits_for_funds_too_long_fails_and_is_owed(sandbox: SandboxForTests) -> None:
    payment = paid(sandbox, Kind.PAYPAL)
    sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    refund = refund_wanted(payment, 1500)
    began = refund.created_at
    submit_refund(refund.pk, at=began)
    sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    look_up_refund(refund, at=began + GIVE_UP)
    refund.refresh_from_db()
    assert (refund.state, left_to_refund(payment).minor) == ("submitting", 2500)

    sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    for _ in range(2):
        look_up_refund(refund, at=began + GIVE_UP + timedelta(hours=1))
        refund.refresh_from_db()

    assert (refund.state, refund.next_poll_at) == ("failed", None)
    assert refund.reason == "no funds for 35 days: REFUND_FAILED_INSUFFICIENT_FUNDS"
    assert (at_provider(payment), left_to_refund(payment).minor) == ([], 4000)
    assert owed() == {"refunds_in_transit:paypal": 1500, "unapplied:paypal": -1500}
    topics = Message.objects.order_by("pk").values_list("topic", flat=True)
    assert list(topics) == ["refund.requested", "refund.changed"]
