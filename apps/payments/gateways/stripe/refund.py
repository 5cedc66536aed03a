from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stripe import Refund

from apps.core.money import Money
from apps.payments.gateways.base import Frozen, Ids, RefundTold, RefundView
from apps.payments.gateways.stripe import amounts
from apps.payments.gateways.stripe.client import client, patient_client, read, write
from apps.payments.states import RefundState

# requires_action asks the customer for bank details; the money is on its way as far as we know.
_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELLED,
}
REASON_MAX = 500


def refund(ids: Ids, *, key: str, amount: Money, reason: str, reference: str) -> RefundView:
    params: Any = {
        "amount": amounts.to_stripe(amount),
        "metadata": {"reason": reason[:REASON_MAX], "refund": reference},
        "payment_intent": ids["intent"],
    }
    return _view(
        write(lambda: patient_client().v1.refunds.create(params, {"idempotency_key": key}))
    )


def fetch_refund(refund_id: str, ids: Ids) -> RefundView:  # noqa: ARG001  (the id says it all)
    return _view(read(lambda: client().v1.refunds.retrieve(refund_id)))


def list_refunds(ids: Ids) -> list[RefundView]:
    found = read(lambda: client().v1.refunds.list({"payment_intent": ids["intent"], "limit": 100}))
    return [_view(refund) for refund in found.data]


def refund_told(body: Frozen) -> RefundTold | None:
    thing = body["data"]["object"]
    if thing["object"] == "charge":
        return RefundTold(amounts.from_stripe(thing["amount_refunded"], thing["currency"]))
    state = _STATES.get(thing["status"])
    if thing["object"] != "refund" or state is None:
        return None
    return RefundTold(amounts.from_stripe(thing["amount"], thing["currency"]), thing["id"], state)


def _view(refund: Refund) -> RefundView:
    seen = refund.to_dict()
    currency = seen["currency"].upper()
    return RefundView(
        state=_STATES[seen["status"]],
        id=seen["id"],
        amount=amounts.from_stripe(seen["amount"], seen["currency"]),
        fee_returned=Money.zero(currency),  # Stripe keeps its fee
        reference=(seen.get("metadata") or {}).get("refund"),
        reason=str(seen.get("failure_reason") or seen.get("pending_reason") or ""),
        created_at=datetime.fromtimestamp(seen["created"], tz=UTC),
    )
