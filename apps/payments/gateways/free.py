"""Nothing to pay: captured at once. No provider, no money, no posting."""

# ruff: noqa: ARG001 - it has the shape of a gateway, needed or not

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.money import Money
from apps.payments.gateways.base import Attempt, Checkout, Frozen, Ids, RefundView
from apps.payments.gateways.errors import Unsupported
from apps.payments.states import PaymentState


def check(total: Money) -> None:
    if total:
        raise Unsupported("amount")


def prepare(checkout: Checkout, *, at: datetime) -> dict[str, Any]:
    check(checkout.total)
    return {
        "at": at.isoformat(),
        "currency": checkout.total.currency,
        "reference": checkout.reference,
    }


def start(request: Frozen, *, key: str) -> Attempt:
    return fetch(request)


def fetch(ids: Ids) -> Attempt:
    return Attempt(
        PaymentState.CAPTURED,
        dict(ids),
        total=Money.zero(ids["currency"]),
        reference=ids["reference"],
        fee=Money.zero(ids["currency"]),
        captured_at=datetime.fromisoformat(ids["at"]),
    )


def capture(ids: Ids, *, key: str) -> Attempt:
    return fetch(ids)


def abandon(ids: Ids, *, key: str) -> Attempt:
    return fetch(ids)


def refund(ids: Ids, *, key: str, amount: Money, reason: str, reference: str) -> RefundView:
    raise Unsupported("nothing_paid")


def fetch_refund(refund_id: str, ids: Ids) -> RefundView:
    raise Unsupported("nothing_paid")


def list_refunds(ids: Ids) -> list[RefundView]:
    return []
