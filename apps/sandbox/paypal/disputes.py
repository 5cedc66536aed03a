"""A buyer opens a case at PayPal: a question first, then a claim for which the money is held."""

from __future__ import annotations

import random

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import book, captures
from apps.sandbox.paypal.call import MERCHANT_ID, Call, link, public
from apps.sandbox.paypal.errors import malformed, not_found, refused
from apps.sandbox.paypal.money import minor_of, money
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

FEE_MINOR = 1600
DUE_SECONDS = 10 * 24 * 60 * 60
_PATH = "/v1/customer/disputes"
_NOTES_MAX = 2000


def find(call: Call) -> tuple[int, Json]:
    wanted = call.query.get("disputed_transaction_id")
    rows = [
        row
        for row in call.world.store.newest("paypal_dispute")
        if wanted in {None, row["_capture"]}
    ]
    names = (
        "dispute_id create_time update_time reason status dispute_amount dispute_life_cycle_stage"
        " dispute_channel seller_response_due_date links"
    ).split()
    items = [{name: row[name] for name in names if name in row} for row in rows]
    answer: Json = {"links": [link(call.world, "self", _PATH)]}
    return 200, answer | ({"items": items} if items else {})


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, public(_get(call.world, key))


def provide_evidence(call: Call, key: str) -> tuple[int, Json]:
    dispute = _get(call.world, key)
    proofs = call.body.get("evidences") or []
    if not proofs or any(not 0 < len(p.get("notes", "")) <= _NOTES_MAX for p in proofs):
        raise malformed("INVALID_PARAMETER_VALUE", "Evidence is empty or too long.", field="/input")
    if dispute["status"] != "WAITING_FOR_SELLER_RESPONSE":
        raise refused("ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE", "The seller was not asked.")
    if dispute["dispute_life_cycle_stage"] == "INQUIRY":
        raise refused("ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE", "It is no claim yet.")
    dispute["evidences"] = [{**p, "source": "SUBMITTED_BY_SELLER"} for p in proofs]
    dispute["status"] = "UNDER_REVIEW"
    dispute.pop("seller_response_due_date", None)
    _changed(call.world, dispute, "UPDATED")
    return 200, {"links": dispute["links"]}


def accept_claim(call: Call, key: str) -> tuple[int, Json]:
    dispute = _get(call.world, key)
    if dispute["status"] == "RESOLVED":
        raise refused("ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE", "It is resolved.")
    lose(call.world, key, outcome="ACCEPTED")
    return 200, {"links": dispute["links"]}


# What the buyer and PayPal do


def open_dispute(world: World, capture: str, *, inquiry: bool, amount: int, reason: str) -> Json:
    row = captures.get(world, capture)
    if world.store.oldest("paypal_reversal", _capture=capture, _case=""):
        raise ValueError("the bank has taken it back")
    currency = row["amount"]["currency_code"]
    key = f"PP-D-{random.randint(10**6, 10**7)}"  # noqa: S311 - no secret
    dispute: Json = {
        "dispute_id": key,
        "create_time": iso(world.now()),
        "update_time": iso(world.now()),
        "disputed_transactions": [_transaction(row)],
        "reason": reason or "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": money(amount or minor_of(row["amount"]), currency),
        "dispute_life_cycle_stage": "INQUIRY" if inquiry else "CHARGEBACK",
        "dispute_channel": "INTERNAL",
        "seller_response_due_date": iso(world.now() + DUE_SECONDS),
        "links": [link(world, "self", f"{_PATH}/{key}")],
        "_capture": capture,
    }
    if not inquiry:
        _hold(world, dispute)
    return _changed(world, dispute, "CREATED")


def escalate(world: World, key: str) -> Json:
    dispute = _running(world, key)
    if dispute["dispute_life_cycle_stage"] != "INQUIRY":
        raise ValueError("only a question becomes a claim")
    dispute["dispute_life_cycle_stage"] = "CHARGEBACK"
    _hold(world, dispute)
    return _changed(world, dispute, "UPDATED")


def win(world: World, key: str) -> Json:
    return _resolve(world, _running(world, key), "RESOLVED_SELLER_FAVOUR", back=True)


def withdraw(world: World, key: str) -> Json:
    return _resolve(world, _running(world, key), "CANCELED_BY_BUYER", back=True)


def lose(world: World, key: str, *, outcome: str = "RESOLVED_BUYER_FAVOUR") -> Json:
    dispute = _running(world, key)
    if not dispute.get("money_movements"):
        _hold(world, dispute)
    if outcome != "ACCEPTED":
        _move(world, dispute, "DEBIT", "DISPUTE_FEE", FEE_MINOR)
    _resolve(world, dispute, outcome, back=False)
    amount = minor_of(dispute["dispute_amount"])
    _tell_reversal(world, captures.get(world, dispute["_capture"]), amount, case=key)
    return dispute


def reverse(world: World, capture: str) -> Json:
    """
    The buyer's bank takes the payment back and asks nobody. A case that runs has nothing to decide any
    more: what was held for it is let go, and the bank takes it.
    """
    row = captures.get(world, capture)
    if world.store.oldest("paypal_reversal", _capture=capture):
        raise ValueError("it was taken back already")
    for dispute in world.store.oldest("paypal_dispute", _capture=capture):
        if dispute["status"] != "RESOLVED":
            _resolve(world, dispute, "NONE", back=True)
    amount = minor_of(row["amount"])
    reversal = _tell_reversal(world, row, amount, case="")
    _enter(world, capture, reversal["id"], "T1106", -amount, row["amount"]["currency_code"])
    return reversal


def refusal_of_refund(world: World, capture: str) -> str:
    """Why a refund is refused; "" when it is not."""
    for row in world.store.oldest("paypal_dispute", _capture=capture):
        outcome = (row.get("dispute_outcome") or {}).get("outcome_code", "")
        if row["status"] != "RESOLVED" and row["dispute_life_cycle_stage"] != "INQUIRY":
            return "TRANSACTION_DISPUTED"
        if outcome in {"RESOLVED_BUYER_FAVOUR", "ACCEPTED"}:
            return "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"
    taken_back = world.store.oldest("paypal_reversal", _capture=capture)
    return "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK" if taken_back else ""


def _resolve(world: World, dispute: Json, outcome: str, *, back: bool) -> Json:
    dispute["status"] = "RESOLVED"
    dispute.pop("seller_response_due_date", None)
    amount = dispute["dispute_amount"]
    dispute["dispute_outcome"] = {"outcome_code": outcome}
    if back and dispute.get("money_movements"):
        _move(world, dispute, "CREDIT", "DISPUTE_SETTLEMENT", minor_of(amount))
    if not back:
        dispute["dispute_outcome"]["amount_refunded"] = amount
    return _changed(world, dispute, "RESOLVED")


def _hold(world: World, dispute: Json) -> None:
    amount = minor_of(dispute["dispute_amount"])
    _move(world, dispute, "DEBIT", "DISPUTE_SETTLEMENT", amount)


_CODES = {
    ("DEBIT", "DISPUTE_SETTLEMENT"): "T1110",
    ("CREDIT", "DISPUTE_SETTLEMENT"): "T1111",
    ("DEBIT", "DISPUTE_FEE"): "T0106",
}


def _move(world: World, dispute: Json, kind: str, reason: str, amount: int) -> None:
    currency = dispute["dispute_amount"]["currency_code"]
    signed = -amount if kind == "DEBIT" else amount
    _enter(world, dispute["_capture"], paypal_id(), _CODES[kind, reason], signed, currency)
    dispute.setdefault("money_movements", []).append(
        {
            "affected_party": "SELLER",
            "amount": money(amount, currency),
            "initiated_time": iso(world.now()),
            "type": kind,
            "reason": reason,
        }
    )


def _enter(world: World, capture: str, key: str, code: str, amount: int, currency: str) -> None:
    book.enter(
        world,
        book.Entry(id=key, code=code, amount=amount, fee=0, currency=currency, reference=capture),
    )


def _tell_reversal(world: World, capture: Json, amount: int, *, case: str) -> Json:
    """case: the one that it ends."""
    key, currency = paypal_id(), capture["amount"]["currency_code"]
    reversal: Json = {
        "id": key,
        "status": "COMPLETED",
        "amount": money(amount, currency),
        "create_time": iso(world.now()),
        "update_time": iso(world.now()),
        "links": [
            link(world, "self", f"/v2/payments/refunds/{key}"),
            link(world, "up", f"/v2/payments/captures/{capture['id']}"),
        ],
        "_capture": capture["id"],
        "_case": case,
    }
    world.store.put("paypal_reversal", key, reversal)
    emit(world, "PAYMENT.CAPTURE.REVERSED", "refund", public(reversal))
    return reversal


def _transaction(capture: Json) -> Json:
    transaction: Json = {
        "seller_transaction_id": capture["id"],
        "buyer_transaction_id": paypal_id(),
        "create_time": capture["create_time"],
        "transaction_status": "COMPLETED",
        "gross_amount": capture["amount"],
        "seller": {"merchant_id": MERCHANT_ID},
    }
    if "custom_id" in capture:
        transaction["custom"] = capture["custom_id"]
    if "invoice_id" in capture:
        transaction["invoice_number"] = capture["invoice_id"]
    return transaction


def _changed(world: World, dispute: Json, what: str) -> Json:
    dispute["update_time"] = iso(world.now())
    world.store.put("paypal_dispute", dispute["dispute_id"], dispute)
    emit(world, f"CUSTOMER.DISPUTE.{what}", "dispute", public(dispute))
    return dispute


def _running(world: World, key: str) -> Json:
    dispute = world.store.need("paypal_dispute", key)
    if dispute["status"] == "RESOLVED":
        raise ValueError("it is resolved already")
    return dispute


def _get(world: World, key: str) -> Json:
    found = world.store.get("paypal_dispute", key)
    if found is None:
        raise not_found(key)
    return found
