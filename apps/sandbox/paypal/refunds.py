from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import book, captures, disputes
from apps.sandbox.paypal.call import Call, link, public
from apps.sandbox.paypal.errors import malformed, not_found, refused
from apps.sandbox.paypal.money import minor_of, money, read
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

REFUNDABLE_SECONDS = 180 * 24 * 60 * 60
OUTCOMES = ("COMPLETED", "PENDING", "PENDING_FAILS", "INSUFFICIENT_FUNDS")


def create(call: Call, key: str) -> tuple[int, Json]:
    world, body = call.world, call.body
    capture = captures.get(world, key)
    rest, currency = _refundable(world, capture)
    amount = rest
    if body.get("amount"):
        amount, given = read(body["amount"], "/amount")
        if given != currency:
            raise malformed(
                "CURRENCY_MISMATCH", "Not the currency of the capture.", field="/amount"
            )
    if amount > rest:
        raise refused(
            "REFUND_AMOUNT_EXCEEDED",
            "The refund amount must be less than or equal to the capture amount that has not yet"
            " been refunded.",
            field="/amount/value",
        )
    if amount <= 0:
        raise refused("CANNOT_BE_ZERO_OR_NEGATIVE", "Must be greater than zero.", field="/amount")
    outcome = _next_outcome(world)
    if outcome == "INSUFFICIENT_FUNDS":
        raise refused(
            "REFUND_FAILED_INSUFFICIENT_FUNDS",
            "Capture could not be refunded due to insufficient funds.",
        )
    refund = _make(world, capture, amount, body, outcome)
    if outcome == "COMPLETED":
        complete(world, refund["id"])
    else:
        job = "paypal.complete_refund" if outcome == "PENDING" else "paypal.fail_refund"
        world.later(world.options.delayed_seconds, job, refund=refund["id"])
        emit(world, "PAYMENT.REFUND.PENDING", "refund", public(refund))
    whole = show(call, refund["id"])
    names = ("id", "status", "links")
    return 201, whole if call.representation else {name: whole[name] for name in names}


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, show(call, key)


def show(call: Call, key: str) -> Json:
    store = call.world.store
    refund = store.get("paypal_refund", key) or store.get("paypal_reversal", key)
    if refund is None:
        raise not_found(key)
    return public(refund)


def plan_next(world: World, outcome: str) -> None:
    """What becomes of the next refund that is asked for; INSUFFICIENT_FUNDS refuses every one
    until another outcome is planned."""
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}; known: {', '.join(OUTCOMES)}")
    world.store.put("switch", "paypal_refund", {"outcome": outcome})


def complete(world: World, refund: str) -> None:
    row = world.store.need("paypal_refund", refund)
    amount, currency = minor_of(row["amount"]), row["amount"]["currency_code"]
    row.pop("status_details", None)
    row |= {"status": "COMPLETED", "update_time": iso(world.now())}
    world.store.put("paypal_refund", refund, row)
    book.enter(
        world,
        book.Entry(
            id=refund,
            code="T1107",
            amount=-amount,
            fee=0,
            currency=currency,
            reference=row["_capture"],
            invoice=row.get("invoice_id", ""),
            custom=row.get("custom_id", ""),
        ),
    )
    _restate_capture(world, row["_capture"])
    emit(world, "PAYMENT.CAPTURE.REFUNDED", "refund", public(row))


def fail(world: World, refund: str) -> None:
    row = world.store.need("paypal_refund", refund)
    row.pop("status_details", None)
    row |= {"status": "FAILED", "update_time": iso(world.now())}
    world.store.put("paypal_refund", refund, row)
    _restate_capture(world, row["_capture"])
    emit(world, "PAYMENT.REFUND.FAILED", "refund", public(row))


def _refundable(world: World, capture: Json) -> tuple[int, str]:
    status = capture["status"]
    if status == "PENDING":
        raise refused("PENDING_CAPTURE", "Cannot initiate a refund as the capture is pending.")
    if status not in {"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"}:
        raise refused("REFUND_NOT_ALLOWED", "Full refund refused: the capture was not completed.")
    if capture["_at"] < world.now() - REFUNDABLE_SECONDS:
        raise refused(
            "REFUND_TIME_LIMIT_EXCEEDED",
            "You are over the time limit to perform a refund on this capture.",
        )
    if reason := disputes.refusal_of_refund(world, capture["id"]):
        raise refused(reason, "The buyer's case decides about this payment.")
    rest = minor_of(capture["amount"]) - _refunded(world, capture["id"])
    if rest <= 0:
        raise refused("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
    return rest, capture["amount"]["currency_code"]


def _refunded(world: World, capture: str, *statuses: str) -> int:
    counted = statuses or ("COMPLETED", "PENDING")
    rows = world.store.oldest("paypal_refund", _capture=capture)
    return sum(minor_of(row["amount"]) for row in rows if row["status"] in counted)


def _make(world: World, capture: Json, amount: int, body: Json, outcome: str) -> Json:
    key, currency = paypal_id(), capture["amount"]["currency_code"]
    path = f"/v2/payments/refunds/{key}"
    refund: Json = {
        "id": key,
        "status": "PENDING",
        "amount": money(amount, currency),
        "seller_payable_breakdown": {
            "gross_amount": money(amount, currency),
            "paypal_fee": money(0, currency),
            "net_amount": money(amount, currency),
            "total_refunded_amount": money(_refunded(world, capture["id"]) + amount, currency),
        },
        "create_time": iso(world.now()),
        "update_time": iso(world.now()),
        "links": [
            link(world, "self", path),
            link(world, "up", f"/v2/payments/captures/{capture['id']}"),
        ],
        "_capture": capture["id"],
    }
    if outcome != "COMPLETED":
        refund["status_details"] = {"reason": "ECHECK"}
    for name in ("invoice_id", "custom_id"):
        if value := body.get(name) or capture.get(name):
            refund[name] = value
    if body.get("note_to_payer"):
        refund["note_to_payer"] = body["note_to_payer"]
    return world.store.put("paypal_refund", key, refund)


def _restate_capture(world: World, key: str) -> None:
    capture = world.store.need("capture", key)
    done = _refunded(world, key, "COMPLETED")
    if done == 0:
        capture["status"] = "COMPLETED"
    elif done == minor_of(capture["amount"]):
        capture["status"] = "REFUNDED"
    else:
        capture["status"] = "PARTIALLY_REFUNDED"
    capture["update_time"] = iso(world.now())
    world.store.put("capture", key, capture)


def _next_outcome(world: World) -> str:
    planned = world.store.get("switch", "paypal_refund")
    world.store.delete("switch", "paypal_refund")
    return str(planned["outcome"]) if planned else "COMPLETED"
