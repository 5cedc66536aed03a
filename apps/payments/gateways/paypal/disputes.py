"""PayPal's cases: first a question between buyer and seller, then a claim or a chargeback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from apps.core.http_client import SLOW_READ_SECONDS
from apps.core.money import Money, total
from apps.payments.gateways.base import Frozen, Ids
from apps.payments.gateways.disputes import DisputeView, Evidence, WarningView, cut
from apps.payments.gateways.errors import NotFound
from apps.payments.gateways.paypal import amounts
from apps.payments.gateways.paypal.client import read, upload, write
from apps.payments.states import DisputeState

_OUTCOMES = {
    "RESOLVED_BUYER_FAVOUR": DisputeState.LOST,
    "ACCEPTED": DisputeState.LOST,
    "RESOLVED_SELLER_FAVOUR": DisputeState.WON,
    "RESOLVED_WITH_PAYOUT": DisputeState.WON,  # PayPal paid the buyer out of its own pocket
    "DENIED": DisputeState.WON,
    "CANCELED_BY_BUYER": DisputeState.WITHDRAWN,
    "NONE": DisputeState.WITHDRAWN,
}
_FEES = frozenset({"DISPUTE_FEE", "CHARGEBACK_FEE", "DISPUTE_SETTLEMENT_FEE"})
_PATH = "/v1/customer/disputes"
PAGE_SIZE = 50
NOTES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class _Move:
    """Of our own account."""

    amount: Money
    is_taken: bool
    is_fee: bool
    at: datetime

    @property
    def signed(self) -> Money:
        return self.amount if self.is_taken else -self.amount


def fetch_dispute(dispute_id: str) -> DisputeView:
    return _view(_read(dispute_id))


def list_disputes(ids: Ids) -> list[DisputeView]:
    """What a bank took back without a case is told as one that is lost, beside the cases there are."""
    cases = list(_cases(ids["capture"])) if "capture" in ids else []
    found = [_view(case) for case in cases]
    if "refund" in ids and ids["refund"] not in {view.id for view in found}:
        taken = _reversal(ids["refund"])
        if _held(cases, taken) < taken.amount:
            found.append(taken)
    return found


def prepare_evidence(evidence: Evidence) -> dict[str, Any]:
    """Two notes of a bounded length: what was fulfilled, and what was agreed."""
    fulfilled = "\n\n".join(
        part for part in (evidence.statement, evidence.product, evidence.activity) if part
    )
    proofs = [
        {"evidence_type": "PROOF_OF_FULFILLMENT", "notes": cut(fulfilled, NOTES_MAX)},
        {"evidence_type": "RETURN_POLICY", "notes": cut(evidence.policy, NOTES_MAX)},
    ]
    return {"evidences": [proof for proof in proofs if proof["notes"]]}


def submit_evidence(dispute_id: str, request: Frozen, *, key: str) -> None:
    upload(f"{_PATH}/{quote(dispute_id, safe='')}/provide-evidence", request, key=key)


def accept_dispute(dispute_id: str, *, key: str) -> None:
    path = f"{_PATH}/{quote(dispute_id, safe='')}/accept-claim"
    write(path, {}, key=key, read_seconds=SLOW_READ_SECONDS)  # nothing said: all of it goes back


def fetch_warning(warning_id: str) -> WarningView:
    raise NotFound(warning_id)  # PayPal warns of nothing


def _cases(capture: str) -> Iterator[dict[str, Any]]:
    asked = {"disputed_transaction_id": capture, "page_size": PAGE_SIZE}
    answer = read(f"{_PATH}?{urlencode(asked)}")
    for item in answer.get("items") or []:
        yield _read(item["dispute_id"])


def _read(dispute_id: str) -> dict[str, Any]:
    return read(f"{_PATH}/{quote(dispute_id, safe='')}")


def _held(cases: list[dict[str, Any]], taken: DisputeView) -> Money:
    """
    What cases had of the money when it was taken back. If that is all, one of them came to its end; else
    the bank took it beside them: beside a question, or a claim that came to nothing.
    """
    return total((_held_by(case, until=taken.opened_at) for case in cases), taken.amount.currency)


def _held_by(case: dict[str, Any], *, until: datetime) -> Money:
    view, moves = _view(case), list(_movements(case))
    if not moves:
        return view.withdrawn
    return _sum((m.signed for m in moves if not m.is_fee and m.at <= until), view.amount)


def _view(seen: dict[str, Any]) -> DisputeView:
    amount = amounts.from_paypal(seen["dispute_amount"])
    state, moves = _state(seen), list(_movements(seen))
    withdrawn = _sum((m.amount for m in moves if m.is_taken and not m.is_fee), amount)
    reinstated = _sum((m.amount for m in moves if not m.is_taken and not m.is_fee), amount)
    if state is DisputeState.LOST and not moves:  # an account that is not told of movements
        paid = (seen.get("dispute_outcome") or {}).get("amount_refunded")
        withdrawn = amounts.from_paypal(paid) if paid else amount
    transaction = (seen.get("disputed_transactions") or [{}])[0]
    due = seen.get("seller_response_due_date")
    return DisputeView(
        id=seen["dispute_id"],
        state=state,
        amount=amount,
        reason=str(seen.get("reason", "")),
        ids={"capture": str(transaction.get("seller_transaction_id", ""))},
        withdrawn=withdrawn,
        reinstated=reinstated,
        fee=_sum((m.signed for m in moves if m.is_fee), amount),
        refundable=state is DisputeState.INQUIRY,
        opened_at=datetime.fromisoformat(seen["create_time"]),
        due_at=datetime.fromisoformat(due) if due else None,
        reference=transaction.get("custom"),
    )


def _state(seen: dict[str, Any]) -> DisputeState:
    if seen["status"] == "RESOLVED":
        outcome = (seen.get("dispute_outcome") or {}).get("outcome_code", "NONE")
        return _OUTCOMES[outcome]
    if seen.get("dispute_life_cycle_stage") == "INQUIRY":
        return DisputeState.INQUIRY
    reviewed = seen["status"] == "UNDER_REVIEW"
    return DisputeState.UNDER_REVIEW if reviewed else DisputeState.OPEN


def _movements(seen: dict[str, Any]) -> Iterator[_Move]:
    for move in seen.get("money_movements") or []:
        if move.get("affected_party") == "SELLER":
            yield _Move(
                amounts.from_paypal(move["amount"]),
                is_taken=move["type"] == "DEBIT",
                is_fee=move.get("reason") in _FEES,
                at=datetime.fromisoformat(move.get("initiated_time") or seen["create_time"]),
            )


def _sum(parts: Iterator[Money], like: Money) -> Money:
    return total(parts, like.currency)


def _reversal(refund_id: str) -> DisputeView:
    """The bank took the money back without asking: PayPal keeps it as a refund of the capture."""
    seen = read(f"/v2/payments/refunds/{refund_id}")
    amount = amounts.from_paypal(seen["amount"])
    nothing = Money.zero(amount.currency)
    up = next((link["href"] for link in seen["links"] if link["rel"] == "up"), "")
    return DisputeView(
        id=seen["id"],
        state=DisputeState.LOST,
        amount=amount,
        reason="REVERSED",
        ids={"capture": up.rstrip("/").rpartition("/")[2]},
        withdrawn=amount,
        reinstated=nothing,
        fee=nothing,
        refundable=False,
        opened_at=datetime.fromisoformat(seen["create_time"]),
    )
