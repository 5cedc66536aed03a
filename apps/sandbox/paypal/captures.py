from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import book
from apps.sandbox.paypal.call import MERCHANT_EMAIL, MERCHANT_ID, Call, link, public
from apps.sandbox.paypal.errors import not_found
from apps.sandbox.paypal.money import minor_of, money
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

FEE_PER_TEN_THOUSAND = 249
FEE_FIXED_MINOR = 35


def processing_fee(amount: int) -> int:
    """2.49 % rounded half up, and 35 of the smallest unit."""
    return (amount * FEE_PER_TEN_THOUSAND + 5000) // 10000 + FEE_FIXED_MINOR


def make(world: World, order: Json) -> Json:
    """The capture of an approved order: completed, or pending while an eCheck clears."""
    unit = order["purchase_units"][0]
    key = paypal_id()
    amount = unit["amount"]
    capture: Json = {
        "id": key,
        "status": "PENDING",
        "amount": {name: amount[name] for name in ("currency_code", "value")},
        "final_capture": True,
        "seller_protection": {
            "status": "ELIGIBLE",
            "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
        },
        "create_time": iso(world.now()),
        "update_time": iso(world.now()),
        "_order": order["id"],
        "_at": world.now(),
    }
    for name in ("custom_id", "invoice_id"):
        if name in unit:
            capture[name] = unit[name]
    if "invoice_id" in unit:
        world.store.put("invoice", unit["invoice_id"], {"capture": key})
    if order["_funding"].startswith("echeck"):
        capture["status_details"] = {"reason": "ECHECK"}
        world.store.put("capture", key, capture)
        emit(world, "PAYMENT.CAPTURE.PENDING", "capture", shown(world, capture))
        clears = order["_funding"] == "echeck"
        job = "paypal.complete_capture" if clears else "paypal.deny_capture"
        world.later(world.options.delayed_seconds, job, capture=key)
    else:
        world.store.put("capture", key, capture)
        complete(world, key)
    return world.store.need("capture", key)


def complete(world: World, capture: str) -> None:
    row = world.store.need("capture", capture)
    gross, currency = minor_of(row["amount"]), row["amount"]["currency_code"]
    fee = processing_fee(gross)
    row.pop("status_details", None)
    row |= {
        "status": "COMPLETED",
        "update_time": iso(world.now()),
        "seller_receivable_breakdown": {
            "gross_amount": money(gross, currency),
            "paypal_fee": money(fee, currency),
            "net_amount": money(gross - fee, currency),
        },
    }
    world.store.put("capture", capture, row)
    book.enter(
        world,
        book.Entry(
            id=capture,
            code="T0006",
            amount=gross,
            fee=-fee,
            currency=currency,
            invoice=row.get("invoice_id", ""),
            custom=row.get("custom_id", ""),
        ),
    )
    emit(world, "PAYMENT.CAPTURE.COMPLETED", "capture", shown(world, row))


def deny(world: World, capture: str) -> None:
    row = world.store.need("capture", capture)
    row.pop("status_details", None)
    row |= {"status": "DECLINED", "update_time": iso(world.now())}
    world.store.put("capture", capture, row)
    funding = world.store.need("order", row["_order"])["_funding"]
    name = "DECLINED" if funding == "echeck_declined" else "DENIED"  # PayPal has both
    emit(world, f"PAYMENT.CAPTURE.{name}", "capture", shown(world, row))


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, shown(call.world, get(call.world, key))


def get(world: World, key: str) -> Json:
    capture = world.store.get("capture", key)
    if capture is None:
        raise not_found(key)
    return capture


def shown(world: World, capture: Json) -> Json:
    return _with_links(world, capture) | {
        "payee": {"email_address": MERCHANT_EMAIL, "merchant_id": MERCHANT_ID},
        "supplementary_data": {"related_ids": {"order_id": capture["_order"]}},
    }


def collection(world: World, capture: Json) -> Json:
    """`payments` of a purchase unit."""
    payments: Json = {"captures": [_with_links(world, capture)]}
    refunds = world.store.oldest("paypal_refund", _capture=capture["id"])
    if refunds:
        payments["refunds"] = [public(refund) for refund in refunds]
    return payments


def invoice_taken(world: World, invoice: str | None) -> bool:
    """By a capture that took or may still take the money."""
    owner = world.store.get("invoice", invoice) if invoice else None
    if owner is None:
        return False
    return bool(world.store.need("capture", owner["capture"])["status"] != "DECLINED")


def _with_links(world: World, capture: Json) -> Json:
    path = f"/v2/payments/captures/{capture['id']}"
    return public(capture) | {
        "links": [
            link(world, "self", path),
            link(world, "refund", f"{path}/refund", "POST"),
            link(world, "up", f"/v2/checkout/orders/{capture['_order']}"),
        ]
    }
