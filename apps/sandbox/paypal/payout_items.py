from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import debug_id, paypal_id
from apps.sandbox.paypal import book
from apps.sandbox.paypal.call import MERCHANT_EMAIL, MERCHANT_ID, Call, link
from apps.sandbox.paypal.errors import PayPalError, issue, not_found
from apps.sandbox.paypal.money import payout_money
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

# State of an item → the last part of its event's name. The two differ, as at PayPal.
_EVENTS = {
    "SUCCESS": "SUCCEEDED",
    "FAILED": "FAILED",
    "UNCLAIMED": "UNCLAIMED",
    "RETURNED": "RETURNED",
    "ONHOLD": "HELD",
    "BLOCKED": "BLOCKED",
    "REFUNDED": "REFUNDED",
}
# What the part of a receiver's address before "@" makes of an item; a plan for the receiver
# goes first. Anything else is paid.
FATES = ("unclaimed", "returned", "failed", "blocked", "onhold", "pending", "refunded", "reversed",
         "denied", "success")  # fmt: skip
# These arrive at one state first and change later.
_FIRST = {"RETURNED": "UNCLAIMED", "REFUNDED": "SUCCESS", "REVERSED": "SUCCESS"}
_MONEY_OUT = ("SUCCESS", "PENDING", "UNCLAIMED", "ONHOLD", "BLOCKED")
UNCLAIMED_SECONDS = 30 * 24 * 60 * 60
_FEE_PERCENT = 2
_FEE_MINOR_MAX = 2000
_REASONS = {
    "FAILED": ("RECEIVER_UNREGISTERED", "Receiver is unregistered."),
    "UNCLAIMED": ("RECEIVER_UNREGISTERED", "Receiver is unregistered."),
    "BLOCKED": ("RECEIVER_ACCOUNT_LOCKED", "The receiver's account is locked."),
    "ONHOLD": ("TRANSACTION_LIMIT_EXCEEDED", "The payment is being reviewed."),
}
_OWN = ("SELF_PAY_NOT_ALLOWED", "Sender and receiver are the same account.")


def fee(amount: int) -> int:
    """2 %, rounded half up, at most 20.00."""
    return min((amount * _FEE_PERCENT + 50) // 100, _FEE_MINOR_MAX)


def _is_own(receiver: str) -> bool:
    return receiver.lower() in {MERCHANT_EMAIL, MERCHANT_ID.lower()}


def fate(world: World, receiver: str) -> str:
    planned = world.store.get("payout_plan", receiver.lower())
    if planned:
        return str(planned["state"])
    local = receiver.partition("@")[0].lower()
    return local.upper() if local in FATES else "SUCCESS"


def plan(world: World, receiver: str, state: str) -> None:
    if state.lower() not in FATES:
        raise ValueError(f"unknown state {state!r}; known: {', '.join(FATES)}")
    world.store.put("payout_plan", receiver.lower(), {"state": state.upper()})


def make(world: World, batch: Json, raw: Json, amount: int) -> Json:
    key = paypal_id(13)
    return world.store.put(
        "payout_item",
        key,
        {
            "id": key,
            "batch": batch["id"],
            "sender_batch_id": batch["header"].get("sender_batch_id"),
            "receiver": raw["receiver"],
            "recipient_type": raw.get("recipient_type")
            or batch["header"].get("recipient_type", "EMAIL"),
            "note": raw.get("note"),
            "sender_item_id": raw.get("sender_item_id"),
            "purpose": raw.get("purpose"),
            "amount": amount,
            "fee": fee(amount),
            "currency": batch["currency"],
            "status": "PENDING",
            "transaction": None,
            "at": world.now(),
        },
    )


def settle(world: World, item: Json) -> None:
    """The item reaches its first state; the money leaves unless it fails."""
    state = fate(world, item["receiver"])
    # Denied are whole batches, and this one was taken before that was planned.
    if _is_own(item["receiver"]) or state == "DENIED":
        state = "FAILED"
    first = _FIRST.get(state, state)
    if first in _MONEY_OUT:
        item["transaction"] = paypal_id()
        entry = _entry(item, item["transaction"], "T0001", -item["amount"], -item["fee"])
        book.enter(world, entry)
    else:
        item["fee"] = 0
    move(world, item, first)
    if state == "RETURNED":
        world.later(world.options.delayed_seconds, "paypal.move_payout", item=item["id"], to=state)
    elif first == "UNCLAIMED":
        world.later(UNCLAIMED_SECONDS, "paypal.move_payout", item=item["id"], to="RETURNED")
    elif state != first:
        world.later(world.options.delayed_seconds, "paypal.move_payout", item=item["id"], to=state)


def move_later(world: World, item: str, to: str) -> None:
    row = world.store.need("payout_item", item)
    if row["status"] in _MONEY_OUT:
        move(world, row, to)


def move(world: World, item: Json, to: str, *, event: str = "") -> None:
    """The fee stays with PayPal when the money comes back."""
    if item["status"] in _MONEY_OUT and item["transaction"] and to not in _MONEY_OUT:
        book.enter(world, _entry(item, paypal_id(), "T1115", item["amount"], 0))
    item |= {"status": to, "at": world.now()}
    world.store.put("payout_item", item["id"], item)
    name = event or _EVENTS.get(to)
    if name:
        subject = shown(world, item)
        emit(world, f"PAYMENT.PAYOUTS-ITEM.{name}", "payouts_item", subject)


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, shown(call.world, get(call.world, key))


def cancel(call: Call, key: str) -> tuple[int, Json]:
    """Only what nobody has claimed; the money comes back."""
    item = get(call.world, key)
    if item["status"] != "UNCLAIMED":
        raise PayPalError(
            400,
            "USER_BUSINESS_ERROR",
            issue("ITEM_ALREADY_PROCESSED", "The item is not unclaimed."),
        )
    move(call.world, item, "RETURNED", event="CANCELED")
    return 200, shown(call.world, item)


def get(world: World, key: str) -> Json:
    item = world.store.get("payout_item", key)
    if item is None:
        raise not_found(key)
    return item


def listed(world: World, item: Json) -> Json:
    """As a member of its batch."""
    view = shown(world, item)
    view.pop("sender_batch_id", None)
    return view


def shown(world: World, item: Json) -> Json:
    names = ("receiver", "recipient_type", "note", "sender_item_id", "purpose")
    detail: Json = {name: item[name] for name in names if item[name] is not None}
    detail["amount"] = payout_money(item["amount"], item["currency"])
    view: Json = {
        "payout_item_id": item["id"],
        "payout_batch_id": item["batch"],
        "transaction_status": item["status"],
        "payout_item_fee": payout_money(item["fee"], item["currency"]),
        "payout_item": detail,
        "links": [
            link(world, "self", f"/v1/payments/payouts-item/{item['id']}"),
            link(world, "batch", f"/v1/payments/payouts/{item['batch']}"),
        ],
    }
    if item["sender_batch_id"]:
        view["sender_batch_id"] = item["sender_batch_id"]
    if item["transaction"]:
        view["transaction_id"] = item["transaction"]
        view["time_processed"] = iso(item["at"])
    if reason := _OWN if _is_own(item["receiver"]) else _REASONS.get(item["status"]):
        view["errors"] = {"name": reason[0], "message": reason[1], "debug_id": debug_id()}
    return view


def _entry(item: Json, key: str, code: str, amount: int, fee_minor: int) -> book.Entry:
    return book.Entry(
        id=key,
        code=code,
        amount=amount,
        fee=fee_minor,
        currency=item["currency"],
        custom=item["sender_item_id"] or "",
        reference=item["id"],
    )
