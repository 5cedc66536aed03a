"""
Cash or the organizer's own card terminal. Staff are the provider: what they recorded is in `ids`.

ids: amount (minor units), currency, reference; once taken also method, device, receipt and taken_at.
"""

# ruff: noqa: ARG001 - it has the shape of a gateway, needed or not

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.core.money import Money
from apps.payments.gateways.base import Attempt, Checkout, Frozen, Ids, RefundView
from apps.payments.gateways.errors import Unsupported
from apps.payments.states import PaymentState, RefundState


class Method(StrEnum):
    CASH = "cash"
    CARD = "card"  # the organizer's own terminal


@dataclass(frozen=True, slots=True)
class Taken:
    """device: at whose till. receipt: the terminal's own reference, never data of a card."""

    method: Method
    device: int
    receipt: str = ""


def check(total: Money) -> None:
    if total.minor <= 0:
        raise Unsupported("amount")


def prepare(checkout: Checkout, *, at: datetime) -> dict[str, Any]:
    check(checkout.total)
    return {
        "amount": str(checkout.total.minor),
        "currency": checkout.total.currency,
        "reference": checkout.reference,
    }


def start(request: Frozen, *, key: str) -> Attempt:
    return fetch(request)


def fetch(ids: Ids) -> Attempt:
    taken_at = ids.get("taken_at")
    total = Money(int(ids["amount"]), ids["currency"])
    return Attempt(
        PaymentState.CAPTURED if taken_at else PaymentState.AWAITING_BUYER,
        dict(ids),
        total=total,
        reference=ids["reference"],
        fee=Money.zero(total.currency) if taken_at else None,
        captured_at=datetime.fromisoformat(taken_at) if taken_at else None,
    )


def taken(ids: Ids, how: Taken, *, at: datetime) -> Attempt:
    """Staff have the money in hand."""
    words = {"method": str(how.method), "device": str(how.device), "receipt": how.receipt}
    return fetch({**ids, **words, "taken_at": at.isoformat()})


def capture(ids: Ids, *, key: str) -> Attempt:
    return fetch(ids)


def abandon(ids: Ids, *, key: str) -> Attempt:
    """Untaken cash ends with the hold."""
    seen = fetch(ids)
    if seen.state is PaymentState.CAPTURED:
        return seen
    return Attempt(PaymentState.CANCELLED, seen.ids, total=seen.total, reference=seen.reference)


def refund(ids: Ids, *, key: str, amount: Money, reason: str, reference: str) -> RefundView:
    """Staff hand it back and record it: done."""
    return RefundView(
        RefundState.SUCCEEDED, reference, amount, Money.zero(amount.currency), reference=reference
    )


def fetch_refund(refund_id: str, ids: Ids) -> RefundView:
    raise Unsupported("recorded_by_staff")


def list_refunds(ids: Ids) -> list[RefundView]:
    return []
