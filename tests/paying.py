"""Payments by themselves, without orders: a row, and a buyer on the provider's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from apps.core.money import Money
from apps.core.references import new_reference
from apps.payments.gateways.base import Kind, Line
from apps.payments.models import Payment, Refund
from apps.payments.services.apply import Applied, apply
from apps.payments.services.capture import capture
from apps.payments.services.fetch import fetch
from apps.payments.services.launch import launch
from apps.payments.services.open import NewPayment, open_payment
from apps.payments.services.refund import request_refund
from apps.payments.states import PaymentState
from tests.sandbox_server import SandboxForTests

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def wish(provider: Kind, *, minor: int = 4000, at: datetime = NOON) -> NewPayment:
    return NewPayment(
        provider=provider,
        purpose="story:1",
        invoice=f"STORY-{new_reference(8)}",
        total=Money(minor, "EUR"),
        lines=(Line("Parkett", Money(minor, "EUR"), 1),),
        email="ada@example.org",
        locale="de",
        description="Zwölf Celli",
        return_url="https://shop.example/return/",
        cancel_url="https://shop.example/back/",
        pay_by=at + timedelta(minutes=15),
    )


def opened(provider: Kind, *, at: datetime | None = None) -> Payment:
    at = at or datetime.now(tz=UTC)
    with transaction.atomic():
        return open_payment(wish(provider, at=at), at=at)


def launched(provider: Kind) -> Payment:
    return launch(opened(provider), at=datetime.now(tz=UTC))


def buyer_pays(sandbox: SandboxForTests, payment: Payment) -> None:
    if payment.provider == Kind.STRIPE:
        sandbox.do("pay", session=payment.ids["session"])
    else:
        sandbox.do("approve", order=payment.ids["order"])


def looked_at(payment: Payment, *, at: datetime | None = None) -> Applied:
    """What a settling customer does, without the customer."""
    attempt = fetch(payment)
    if attempt.state is PaymentState.APPROVED:
        attempt = capture(payment)
    with transaction.atomic():
        return apply(payment.pk, attempt, at=at or datetime.now(tz=UTC))


def paid(sandbox: SandboxForTests, provider: Kind) -> Payment:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    return looked_at(payment).payment


def refund_wanted(payment: Payment, minor: int, *, at: datetime | None = None) -> Refund:
    with transaction.atomic():
        return request_refund(
            payment,
            Money(minor, payment.currency),
            purpose="story",
            reason="rain",
            actor="user:1",
            at=at or datetime.now(tz=UTC),
        )
