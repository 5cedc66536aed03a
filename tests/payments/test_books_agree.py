"""Each check of the audit finds the row that breaks it, and is silent otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from apps.core.invariants import offenders
from apps.outbox.models import Delivery
from apps.payments.gateways.base import Kind, Notice, Subject
from apps.payments.invariants import CHECKS
from apps.payments.models import Payment, Refund
from apps.payments.services.submit_refund import submit_refund
from apps.payments.webhooks.inbox import keep
from apps.payments.webhooks.notices import processing
from tests.paying import NOON, opened, paid, refund_wanted
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


def broken() -> dict[str, list[str]]:
    found = {check.name: list(offenders(check)) for check in CHECKS}
    return {name: rows for name, rows in found.items() if rows}


@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
def test_a_sale_and_its_refund_break_nothing(sandbox: SandboxForTests, provider: Kind) -> None:
    refund = refund_wanted(paid(sandbox, provider), 1500)
    assert broken() == {}
    submit_refund(refund.pk, at=datetime.now(tz=UTC))
    assert broken() == {}


def captured(**fields: object) -> Payment:
    payment = opened(Kind.PAYPAL, at=NOON)
    fields = {"state": "captured", "captured_at": NOON, "provider_id": "5O", **fields}
    Payment.objects.filter(pk=payment.pk).update(**fields)
    return payment


def test_more_refunded_than_captured() -> None:
    payment = captured()
    Refund.objects.create(payment=payment, amount_minor=4001, created_at=NOON)
    assert broken() == {
        "refunds and disputes of a payment take no more than was captured": [
            f"payment {payment.reference}: 4001 refunded, 0 disputed of 4000"
        ]
    }


def test_a_refund_of_what_was_never_captured() -> None:
    payment = opened(Kind.PAYPAL, at=NOON)
    Refund.objects.create(payment=payment, amount_minor=1, created_at=NOON)
    assert list(broken()) == ["refunds and disputes of a payment take no more than was captured"]


def test_captured_without_a_name_at_the_provider() -> None:
    payment = captured(provider_id="")
    assert broken() == {
        "a captured payment has its time, and the provider's name for it": [
            f"payment {payment.reference}"
        ]
    }


def test_a_fee_that_is_not_in_the_books() -> None:
    payment = captured(fee_minor=135)
    assert broken() == {
        "a known provider fee of captured money is in the books, once and to the cent": [
            f"payment {payment.reference}: fee 135, booked "
        ]
    }


def test_a_refund_that_is_not_in_the_books() -> None:
    refund = Refund.objects.create(
        payment=captured(), state="succeeded", amount_minor=100, created_at=NOON
    )
    assert broken() == {
        "a refund that arrived is in the books": [
            f"refund {refund.pk} of payment {refund.payment.reference}"
        ]
    }


def test_a_notice_that_nobody_works_on() -> None:
    told = Notice(
        event_id="evt_1",
        type="checkout.session.completed",
        created_at=NOON,
        subject=Subject.ATTEMPT,
        ids={},
        reference=None,
        account="",
        livemode=False,
        body={},
    )
    notice = keep(Kind.STRIPE, told, endpoint="platform", at=NOON)
    assert notice is not None
    assert broken() == {}
    with transaction.atomic():
        Delivery.objects.update(state="done")
    assert broken() == {
        "a provider notice is done, in retry, or parked in sight": [
            "stripe notice checkout.session.completed evt_1 is received"
        ]
    }
    with processing(notice, at=NOON):
        pass
    assert broken() == {}
