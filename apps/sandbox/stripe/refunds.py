from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import balance, charges, disputes, intents, params, warnings
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import StripeError, missing, no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

OUTCOMES = ("succeeded", "pending", "pending_fails", "succeeded_fails")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_KNOWN = ("charge", "payment_intent", "amount", "reason", "metadata", "expand")


def create(call: Call) -> Json:
    given, world = call.params, call.world
    params.only(given, _KNOWN)
    reason = params.one_of(given, "reason", _REASONS, None)
    metadata = params.metadata(given)
    charge = _charge(call)
    amount = _amount(call, charge)
    outcome = _next_outcome(world)
    charges.settle(world, charge["id"])
    key = stripe_id("re")
    refund: Json = {
        "id": key,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if outcome.startswith("pending") else "succeeded",
        "transfer_reversal": None,
    }
    refund["balance_transaction"] = _book(world, refund, "refund", -amount)
    if refund["status"] == "pending":
        refund["pending_reason"] = "processing"
    world.store.put("refund", key, refund)
    _change_charge(world, charge["id"], amount)
    emit(world, "refund.created", refund)
    _plan(world, key, outcome)
    return public(refund)


def retrieve(call: Call, key: str) -> Json:
    refund = call.world.store.get("refund", key)
    if refund is None:
        raise no_such("refund", key)
    return public(refund)


def find(call: Call) -> Json:
    filters = ("charge", "payment_intent")
    return page(call, matching(call, "refund", filters), "/v1/refunds", filters=filters)


def plan_next(world: World, outcome: str) -> None:
    """What becomes of the next refund that is asked for."""
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}; known: {', '.join(OUTCOMES)}")
    world.store.put("switch", "stripe_refund", {"outcome": outcome})


def succeed(world: World, refund: str) -> None:
    row = world.store.need("refund", refund)
    row["status"] = "succeeded"
    row.pop("pending_reason", None)
    world.store.put("refund", refund, row)
    emit(world, "refund.updated", row, before={"status": "pending"})
    emit(world, "charge.refund.updated", row, before={"status": "pending"})


def fail(world: World, refund: str) -> None:
    """The money comes back to the balance."""
    row = world.store.need("refund", refund)
    if row["status"] not in {"pending", "succeeded"}:
        return
    before = {"status": row["status"]}
    row |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    row.pop("pending_reason", None)
    row["failure_balance_transaction"] = _book(world, row, "refund_failure", row["amount"])
    world.store.put("refund", refund, row)
    _change_charge(world, row["charge"], -row["amount"])
    emit(world, "refund.failed", row)
    emit(world, "refund.updated", row, before=before)
    emit(world, "charge.refund.updated", row, before=before)


def _charge(call: Call) -> Json:
    given, world = call.params, call.world
    if "charge" in given:
        return charges.get(world, given["charge"], param="charge")
    if "payment_intent" not in given:
        raise missing("payment_intent")
    intent = intents.get(world, given["payment_intent"], param="payment_intent")
    if intent["status"] != "succeeded":
        raise StripeError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return world.store.need("charge", intent["latest_charge"])


def _amount(call: Call, charge: Json) -> int:
    given = call.params
    rest = int(charge["amount"] - charge["amount_refunded"])
    if disputes.refuses_refund(call.world, charge["id"]):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if rest == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = params.integer(given, "amount", least=1) if "amount" in given else rest
    if amount > rest:
        raise StripeError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})",
            param="amount",
        )
    return amount


def _change_charge(world: World, key: str, amount: int) -> None:
    charge = world.store.need("charge", key)
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.store.put("charge", key, charge)
    if charge["refunded"]:
        warnings.settle(world, key)
    if amount > 0:
        emit(world, "charge.refunded", charge, before=before)


def _book(world: World, refund: Json, kind: str, amount: int) -> str:
    entry = balance.book(
        world, kind=kind, source=refund["id"], amount=amount, currency=refund["currency"]
    )
    return str(entry["id"])


def _next_outcome(world: World) -> str:
    planned = world.store.get("switch", "stripe_refund")
    world.store.delete("switch", "stripe_refund")
    return str(planned["outcome"]) if planned else "succeeded"


def _plan(world: World, refund: str, outcome: str) -> None:
    wait = world.options.delayed_seconds
    if outcome == "pending":
        world.later(wait, "stripe.succeed_refund", refund=refund)
    elif outcome != "succeeded":
        world.later(wait, "stripe.fail_refund", refund=refund)
