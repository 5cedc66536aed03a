from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.http_client import SLOW_READ_SECONDS
from apps.core.money import Money
from apps.payments.gateways.base import Frozen, Ids, RefundTold, RefundView
from apps.payments.gateways.paypal import amounts
from apps.payments.gateways.paypal.client import read, write
from apps.payments.states import RefundState

_STATES = {
    "COMPLETED": RefundState.SUCCEEDED,
    "PENDING": RefundState.PENDING,
    "FAILED": RefundState.FAILED,
    "CANCELLED": RefundState.CANCELLED,
}
NOTE_MAX = 255


def refund(ids: Ids, *, key: str, amount: Money, reason: str, reference: str) -> RefundView:
    body: dict[str, Any] = {"amount": amounts.to_paypal(amount), "custom_id": reference}
    if reason:
        body["note_to_payer"] = reason[:NOTE_MAX]
    answer = write(
        f"/v2/payments/captures/{ids['capture']}/refund",
        body,
        key=key,
        read_seconds=SLOW_READ_SECONDS,
    )
    return _view(answer)


def fetch_refund(refund_id: str, ids: Ids) -> RefundView:  # noqa: ARG001  (the id says it all)
    return _view(read(f"/v2/payments/refunds/{refund_id}"))


def list_refunds(ids: Ids) -> list[RefundView]:
    order = read(f"/v2/checkout/orders/{ids['order']}")
    return [
        _view(refund)
        for unit in order.get("purchase_units") or []
        for refund in (unit.get("payments") or {}).get("refunds") or []
    ]


def refund_told(body: Frozen) -> RefundTold | None:
    thing = body["resource"]
    state = _STATES.get(thing.get("status", ""))
    if state is None or "amount" not in thing:
        return None
    return RefundTold(amounts.from_paypal(thing["amount"]), thing["id"], state)


def _view(refund: dict[str, Any]) -> RefundView:
    amount = amounts.from_paypal(refund["amount"])
    returned = (refund.get("seller_payable_breakdown") or {}).get("paypal_fee")
    return RefundView(
        state=_STATES[refund["status"]],
        id=refund["id"],
        amount=amount,
        fee_returned=amounts.from_paypal(returned) if returned else Money.zero(amount.currency),
        reference=refund.get("custom_id"),
        reason=(refund.get("status_details") or {}).get("reason", ""),
        created_at=(
            datetime.fromisoformat(refund["create_time"]) if refund.get("create_time") else None
        ),
    )
