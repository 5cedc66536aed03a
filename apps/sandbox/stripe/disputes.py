"""A cardholder's bank takes money back: at once, with a fee, and returns the money when we win."""

from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import balance, charges, params
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import StripeError, no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

FEE_MINOR = 2000
DUE_SECONDS = 9 * 24 * 60 * 60
_ANSWERABLE = ("needs_response", "warning_needs_response")
_RUNNING = (*_ANSWERABLE, "under_review", "warning_under_review")
_INQUIRIES = ("warning_needs_response", "warning_under_review")
_TEXTS = (
    "access_activity_log customer_email_address customer_name product_description"
    " refund_policy_disclosure service_date uncategorized_text"
).split()


def retrieve(call: Call, key: str) -> Json:
    return public(get(call.world, key))


def find(call: Call) -> Json:
    filters = ("charge", "payment_intent")
    return page(call, matching(call, "dispute", filters), "/v1/disputes", filters=filters)


def update(call: Call, key: str) -> Json:
    """Evidence; with `submit` it goes to the bank, once."""
    world, given = call.world, call.params
    params.only(given, ("evidence", "submit", "expand"))
    texts = given.get("evidence") or {}
    params.only(texts, _TEXTS, inside="evidence")
    dispute = get(world, key)
    if dispute["status"] not in _ANSWERABLE:
        raise StripeError(f"This dispute is already {dispute['status']}.", code="dispute_closed")
    dispute["evidence"] |= texts
    details = dispute["evidence_details"]
    details["has_evidence"] = True
    if given.get("submit") == "true":
        details |= {"submission_count": 1, "submission_method": "manual"}
        inquiry = dispute["status"] in _INQUIRIES
        dispute["status"] = "warning_under_review" if inquiry else "under_review"
    return public(_changed(world, dispute, "updated"))


def close(call: Call, key: str) -> Json:
    """We accept it."""
    params.only(call.params, ("expand",))
    dispute = get(call.world, key)
    if dispute["status"] not in _ANSWERABLE:
        raise StripeError(f"This dispute is already {dispute['status']}.", code="dispute_closed")
    if dispute["status"] in _INQUIRIES:
        raise StripeError("An inquiry is accepted by a refund of its charge.")
    return public(lose(call.world, key))


def get(world: World, key: str) -> Json:
    found = world.store.get("dispute", key)
    if found is None:
        raise no_such("dispute", key)
    return found


# What the bank does


def open_dispute(world: World, charge: str, *, inquiry: bool, amount: int, reason: str) -> Json:
    charges.settle(world, charge)
    row = world.store.need("charge", charge)
    if not row["paid"]:
        raise ValueError("nothing was paid")
    dispute = _blank(world, row, amount=amount or row["amount"], reason=reason or "fraudulent")
    dispute["status"] = "warning_needs_response" if inquiry else "needs_response"
    dispute["is_charge_refundable"] = inquiry
    world.store.put("dispute", dispute["id"], dispute)
    if not inquiry:
        _withdraw(world, dispute)
    emit(world, "charge.dispute.created", dispute)
    if not inquiry:
        emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def escalate(world: World, key: str) -> Json:
    """An inquiry becomes a dispute."""
    dispute = _running(world, key)
    if dispute["status"] not in _INQUIRIES:
        raise ValueError("only an inquiry escalates")
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    _withdraw(world, dispute)
    _changed(world, dispute, "updated")
    emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def win(world: World, key: str, *, fee_back: bool = False) -> Json:
    dispute = _running(world, key)
    if dispute["status"] in _INQUIRIES:
        return withdraw(world, key)
    _move(world, dispute, dispute["amount"], fee=-FEE_MINOR if fee_back else 0)
    dispute |= {"status": "won", "is_charge_refundable": True}
    _changed(world, dispute, "closed")
    emit(world, "charge.dispute.funds_reinstated", dispute)
    return dispute


def lose(world: World, key: str) -> Json:
    dispute = _running(world, key)
    if dispute["status"] in _INQUIRIES:
        raise ValueError("an inquiry is not lost: escalate it first")
    dispute["status"] = "lost"
    return _changed(world, dispute, "closed")


def withdraw(world: World, key: str) -> Json:
    """An inquiry comes to nothing, or the cardholder takes a dispute back: then it is won."""
    dispute = _running(world, key)
    if dispute["status"] not in _INQUIRIES:
        return win(world, key)
    dispute["status"] = "warning_closed"
    return _changed(world, dispute, "closed")


def refuses_refund(world: World, charge: str) -> bool:
    rows = world.store.oldest("dispute", charge=charge)
    return any(not row["is_charge_refundable"] for row in rows)


def _running(world: World, key: str) -> Json:
    dispute = world.store.need("dispute", key)
    if dispute["status"] not in _RUNNING:
        raise ValueError(f"it is {dispute['status']} already")
    return dispute


def _withdraw(world: World, dispute: Json) -> None:
    _move(world, dispute, -dispute["amount"], fee=FEE_MINOR)
    charge = world.store.need("charge", dispute["charge"])
    world.store.put("charge", charge["id"], charge | {"disputed": True})


def _move(world: World, dispute: Json, amount: int, *, fee: int) -> None:
    entry = balance.book(
        world,
        kind="adjustment",
        source=dispute["id"],
        amount=amount,
        currency=dispute["currency"],
        fee=fee,
    )
    entry["reporting_category"] = "dispute" if amount < 0 else "dispute_reversal"
    world.store.put("balance_transaction", entry["id"], entry)
    dispute["balance_transactions"].append(entry)
    world.store.put("dispute", dispute["id"], dispute)


def _changed(world: World, dispute: Json, what: str) -> Json:
    world.store.put("dispute", dispute["id"], dispute)
    emit(world, f"charge.dispute.{what}", dispute)
    return dispute


def _blank(world: World, charge: Json, *, amount: int, reason: str) -> Json:
    return {
        "id": stripe_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now() + DUE_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
    }
