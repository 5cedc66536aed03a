from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import book, payout_items
from apps.sandbox.paypal.call import Call, link
from apps.sandbox.paypal.errors import PayPalError, issue, malformed, not_found
from apps.sandbox.paypal.money import payout_money, read
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

ITEMS_MAX = 15_000
BATCH_ID_SECONDS = 30 * 24 * 60 * 60
_PAGE_MAX = 1000


def create(call: Call) -> tuple[int, Json]:
    """`sender_batch_id` is the only guard against paying twice: known for 30 days, then not."""
    world, body = call.world, call.body
    header = body.get("sender_batch_header") or {}
    amounts, currency = _amounts(body.get("items"))
    _refuse_known(world, header.get("sender_batch_id"))
    fees = sum(payout_items.fee(amount) for amount in amounts)
    if book.balance(world, currency) - _on_the_way(world, currency) < sum(amounts) + fees:
        raise PayPalError(422, "INSUFFICIENT_FUNDS")
    key = paypal_id(13)
    kept = ("sender_batch_id", "recipient_type", "email_subject", "email_message")
    batch: Json = {
        "id": key,
        "status": "PENDING",
        "header": {name: header[name] for name in kept if name in header},
        "currency": currency,
        "created": world.now(),
    }
    world.store.put("payout_batch", key, batch)
    for raw, amount in zip(body["items"], amounts, strict=True):
        payout_items.make(world, batch, raw, amount)
    _remember(world, header.get("sender_batch_id"), key)
    world.later(world.options.payout_seconds, "paypal.process_payouts", batch=key)
    return 201, {
        "batch_header": _head(batch),
        "links": [link(world, "self", f"/v1/payments/payouts/{key}")],
    }


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    batch = call.world.store.get("payout_batch", key)
    if batch is None:
        raise not_found(key)
    items = call.world.store.oldest("payout_item", batch=key)
    size = min(int(call.query.get("page_size", _PAGE_MAX)), _PAGE_MAX)
    start = (max(int(call.query.get("page", 1)), 1) - 1) * size
    shown = _batch(batch, items) | {
        "items": [payout_items.listed(call.world, item) for item in items[start : start + size]],
        "links": [link(call.world, "self", f"/v1/payments/payouts/{key}")],
    }
    if call.query.get("total_required") == "true":
        shown |= {"total_items": len(items), "total_pages": -(-len(items) // size)}
    return 200, shown


def process(world: World, batch: str) -> None:
    row = world.store.need("payout_batch", batch)
    items = world.store.oldest("payout_item", batch=batch)
    if any(payout_items.fate(world, item["receiver"]) == "DENIED" for item in items):
        deny(world, batch)
        return
    row["status"] = "PROCESSING"
    world.store.put("payout_batch", batch, row)
    _tell(world, "PROCESSING", row, items)
    world.later(world.options.payout_seconds, "paypal.finish_payouts", batch=batch)


def finish(world: World, batch: str) -> None:
    """The batch succeeds whatever became of its items."""
    row = world.store.need("payout_batch", batch)
    for item in world.store.oldest("payout_item", batch=batch):
        payout_items.settle(world, item)
    row |= {"status": "SUCCESS", "completed": world.now()}
    world.store.put("payout_batch", batch, row)
    _tell(world, "SUCCESS", row, world.store.oldest("payout_item", batch=batch))


def deny(world: World, batch: str) -> None:
    """Nothing moves, and the sender's batch id is free again."""
    row = world.store.need("payout_batch", batch)
    row |= {"status": "DENIED", "completed": world.now()}
    world.store.put("payout_batch", batch, row)
    items = world.store.oldest("payout_item", batch=batch)
    for item in items:
        item |= {"status": "FAILED", "fee": 0}
        world.store.put("payout_item", item["id"], item)
    if known := row["header"].get("sender_batch_id"):
        world.store.delete("sender_batch", known)
    _tell(world, "DENIED", row, items)


def _amounts(items: Any) -> tuple[list[int], str]:
    if not isinstance(items, list) or not 1 <= len(items) <= ITEMS_MAX:
        raise malformed("INVALID_ARRAY_LENGTH", "1 to 15000 items.", field="items")
    amounts, currencies = [], set()
    for index, item in enumerate(items):
        if not item.get("receiver"):
            raise malformed(
                "MISSING_REQUIRED_PARAMETER", "Required.", field=f"items[{index}].receiver"
            )
        amount, currency = read(item.get("amount"), f"items[{index}].amount", code_name="currency")
        if amount <= 0:
            raise malformed("INVALID_AMOUNT", "Must be positive.", field=f"items[{index}].amount")
        amounts.append(amount)
        currencies.add(currency)
    if len(currencies) != 1:
        raise PayPalError(
            400,
            "USER_BUSINESS_ERROR",
            issue("DIFFERENT_CURRENCIES", "All items of a batch must have one currency."),
        )
    return amounts, currencies.pop()


def _on_the_way(world: World, currency: str) -> int:
    """What accepted batches will take and have not yet taken."""
    where = {"status": "PENDING", "transaction": None, "currency": currency}
    fees = world.store.total("payout_item", "fee", **where)
    return world.store.total("payout_item", "amount", **where) + fees


def _refuse_known(world: World, sender_batch_id: str | None) -> None:
    known = world.store.get("sender_batch", sender_batch_id) if sender_batch_id else None
    if known is None or known["at"] < world.now() - BATCH_ID_SECONDS:
        return
    first = link(world, "self", f"/v1/payments/payouts/{known['batch']}")
    detail = issue(
        "Batch with given sender_batch_id already exists",
        "A batch with this sender_batch_id was already sent.",
        field="SENDER_BATCH_ID",
    )
    raise PayPalError(400, "USER_BUSINESS_ERROR", detail | {"link": [first]})


def _remember(world: World, sender_batch_id: str | None, batch: str) -> None:
    if sender_batch_id:
        known = {"batch": batch, "at": world.now()}
        world.store.put("sender_batch", sender_batch_id, known)


def _head(batch: Json) -> Json:
    return {
        "payout_batch_id": batch["id"],
        "batch_status": batch["status"],
        "time_created": iso(batch["created"]),
        "sender_batch_header": batch["header"],
    }


def _batch(batch: Json, items: list[Json]) -> Json:
    head = _head(batch) | {
        "funding_source": "BALANCE",
        "amount": payout_money(sum(item["amount"] for item in items), batch["currency"]),
        "fees": payout_money(sum(item["fee"] for item in items), batch["currency"]),
    }
    if "completed" in batch:
        head["time_completed"] = head["time_closed"] = iso(batch["completed"])
    return {"batch_header": head}


def _tell(world: World, name: str, batch: Json, items: list[Json]) -> None:
    emit(world, f"PAYMENT.PAYOUTSBATCH.{name}", "payouts", _batch(batch, items))
