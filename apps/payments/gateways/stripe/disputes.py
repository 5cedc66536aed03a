"""Stripe takes the amount and its fee at once and returns the amount when the dispute is won."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stripe import Dispute

from apps.core.money import total
from apps.payments.gateways.base import Frozen, Ids
from apps.payments.gateways.disputes import (
    DisputeView,
    Evidence,
    WarningView,
    cut,
    without_empty,
)
from apps.payments.gateways.stripe import amounts
from apps.payments.gateways.stripe.client import client, patient_client, plain, read, write
from apps.payments.states import DisputeState

# An inquiry (warning_*) moves no money; what is closed without a decision came to nothing.
_STATES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WITHDRAWN,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.UNDER_REVIEW,
    "appeal_needs_response": DisputeState.UNDER_REVIEW,
    "appeal_under_review": DisputeState.UNDER_REVIEW,
    "prevented": DisputeState.WITHDRAWN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
_EXPANDED = ["charge"]
TEXT_MAX = 20_000
FIELD_MAX = 5_000


def fetch_dispute(dispute_id: str) -> DisputeView:
    params: Any = {"expand": _EXPANDED}
    return _view(read(lambda: client().v1.disputes.retrieve(dispute_id, params)))


def list_disputes(ids: Ids) -> list[DisputeView]:
    params: Any = {"payment_intent": ids["intent"], "limit": 100, "expand": ["data.charge"]}
    return [_view(seen) for seen in read(lambda: client().v1.disputes.list(params)).data]


def prepare_evidence(evidence: Evidence) -> dict[str, Any]:
    texts = {
        "uncategorized_text": cut(evidence.statement, TEXT_MAX),
        "product_description": cut(evidence.product, TEXT_MAX),
        "access_activity_log": cut(evidence.activity, TEXT_MAX),
        "refund_policy_disclosure": cut(evidence.policy, TEXT_MAX),
        "customer_name": cut(evidence.buyer_name, FIELD_MAX),
        "customer_email_address": cut(evidence.buyer_email, FIELD_MAX),
        "service_date": cut(evidence.service_date, FIELD_MAX),
    }
    return {"evidence": without_empty(texts), "submit": True}


def submit_evidence(dispute_id: str, request: Frozen, *, key: str) -> None:
    params: Any = dict(request)
    write(lambda: patient_client().v1.disputes.update(dispute_id, params, {"idempotency_key": key}))


def accept_dispute(dispute_id: str, *, key: str) -> None:
    write(lambda: patient_client().v1.disputes.close(dispute_id, {}, {"idempotency_key": key}))


def fetch_warning(warning_id: str) -> WarningView:
    seen = read(lambda: plain("get", f"/v1/radar/early_fraud_warnings/{warning_id}"))
    return WarningView(
        id=seen["id"],
        kind=seen["fraud_type"],
        actionable=seen["actionable"],
        ids=_ids(seen),
        warned_at=_moment(seen["created"]),
    )


def _view(dispute: Dispute) -> DisputeView:
    seen = dispute.to_dict()
    currency = seen["currency"]
    moved = [(m["amount"], m["fee"]) for m in seen.get("balance_transactions") or []]
    charge = seen["charge"] if isinstance(seen["charge"], dict) else {}
    due_by = seen["evidence_details"].get("due_by")
    return DisputeView(
        id=seen["id"],
        state=_STATES[seen["status"]],
        amount=amounts.from_stripe(seen["amount"], currency),
        reason=seen["reason"],
        ids=_ids(seen),
        withdrawn=_sum((-amount for amount, _ in moved if amount < 0), currency),
        reinstated=_sum((amount for amount, _ in moved if amount > 0), currency),
        fee=_sum((fee for _, fee in moved), currency),
        refundable=seen["is_charge_refundable"],
        opened_at=_moment(seen["created"]),
        due_at=_moment(due_by) if due_by else None,
        reference=(charge.get("metadata") or {}).get("payment"),
    )


def _sum(parts: Any, currency: str) -> Any:
    return total((amounts.from_stripe(part, currency) for part in parts), currency.upper())


def _ids(seen: Mapping[str, Any]) -> dict[str, str]:
    charge, intent = seen["charge"], seen.get("payment_intent")
    ids = {"charge": charge["id"] if isinstance(charge, dict) else charge, "intent": intent}
    return {name: str(value) for name, value in ids.items() if value}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
