from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from apps.sandbox import deliveries
from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal.call import Call, link, public
from apps.sandbox.paypal.errors import PayPalError, issue, malformed, not_found
from apps.sandbox.paypal.signing import transmission
from apps.sandbox.world import World, iso

WEBHOOKS_MAX = 10
EVENT_TYPES = (
    "CHECKOUT.ORDER.APPROVED CHECKOUT.PAYMENT-APPROVAL.REVERSED PAYMENT.CAPTURE.COMPLETED"
    " PAYMENT.CAPTURE.PENDING PAYMENT.CAPTURE.DENIED PAYMENT.CAPTURE.DECLINED"
    " PAYMENT.CAPTURE.REFUNDED PAYMENT.CAPTURE.REVERSED PAYMENT.REFUND.PENDING"
    " PAYMENT.REFUND.FAILED CUSTOMER.DISPUTE.CREATED CUSTOMER.DISPUTE.UPDATED"
    " CUSTOMER.DISPUTE.RESOLVED PAYMENT.PAYOUTSBATCH.DENIED PAYMENT.PAYOUTSBATCH.PROCESSING"
    " PAYMENT.PAYOUTSBATCH.SUCCESS PAYMENT.PAYOUTS-ITEM.SUCCEEDED PAYMENT.PAYOUTS-ITEM.FAILED"
    " PAYMENT.PAYOUTS-ITEM.UNCLAIMED PAYMENT.PAYOUTS-ITEM.RETURNED PAYMENT.PAYOUTS-ITEM.CANCELED"
    " PAYMENT.PAYOUTS-ITEM.HELD PAYMENT.PAYOUTS-ITEM.BLOCKED PAYMENT.PAYOUTS-ITEM.REFUNDED"
).split()
_VERSIONS = {"checkout-order": "2.0", "capture": "2.0", "refund": "2.0"}


def preset(world: World) -> None:
    """The shop's endpoint, as an operator would have registered it."""
    origin, key = world.options.webhooks, world.options.paypal_webhook_id
    url = f"{origin}/webhooks/paypal/" if origin else ""
    world.store.put("paypal_webhook", key, _row(world, key, url, EVENT_TYPES))


def emit(world: World, kind: str, resource_type: str, resource: Json) -> Json:
    key = f"WH-{paypal_id(17)}-{paypal_id(17)}"
    path = f"/v1/notifications/webhooks-events/{key}"
    event: Json = {
        "id": key,
        "event_version": "1.0",
        "create_time": iso(world.time()),
        "resource_type": resource_type,
        "event_type": kind,
        "summary": f"{kind} in the sandbox",
        "resource": resource,
        "links": [link(world, "self", path), link(world, "resend", f"{path}/resend", "POST")],
    }
    if resource_type in _VERSIONS:
        event["resource_version"] = _VERSIONS[resource_type]
    world.store.put("paypal_event", key, event)
    for hook in world.store.oldest("paypal_webhook"):
        if hook["url"] and {"*", kind} & {each["name"] for each in hook["event_types"]}:
            deliveries.queue(world, "paypal", event, hook)
    return event


def pack(world: World, delivery: Json) -> tuple[Mapping[str, str], bytes]:
    body = json.dumps(
        world.store.need("paypal_event", delivery["event"]), separators=(",", ":")
    ).encode()
    return transmission(world, delivery["endpoint"], body), body


def create(call: Call) -> tuple[int, Json]:
    world, given = call.world, call.body
    url, names = given.get("url", ""), [each["name"] for each in given.get("event_types") or []]
    rows = world.store.oldest("paypal_webhook")
    if urlsplit(url).scheme not in {"https", "http"}:
        raise PayPalError(400, "VALIDATION_ERROR", issue("Not a valid webhook URL", url))
    unknown = [name for name in names if name != "*" and name not in EVENT_TYPES]
    if unknown or not names:
        raise PayPalError(
            400, "VALIDATION_ERROR", *(issue("Not a valid event type", name) for name in unknown)
        )
    if any(row["url"] == url for row in rows):
        raise malformed("WEBHOOK_URL_ALREADY_EXISTS", "Webhook URL already exists", value=url)
    if len(rows) >= WEBHOOKS_MAX:
        raise malformed("WEBHOOK_NUMBER_LIMIT_EXCEEDED", "Number of webhooks exceeds 10.")
    key = paypal_id()
    return 201, public(world.store.put("paypal_webhook", key, _row(world, key, url, names)))


def find(call: Call) -> tuple[int, Json]:
    return 200, {"webhooks": call.world.store.oldest("paypal_webhook")}


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, _get(call.world, key)


def delete(call: Call, key: str) -> tuple[int, None]:
    _get(call.world, key)
    call.world.store.delete("paypal_webhook", key)
    return 204, None


def _get(world: World, key: str) -> Json:
    row = world.store.get("paypal_webhook", key)
    if row is None:
        raise not_found(key)
    return row


def _row(world: World, key: str, url: str, names: list[str]) -> Json:
    path = f"/v1/notifications/webhooks/{key}"
    return {
        "id": key,
        "url": url,
        "event_types": [{"name": name, "description": name, "status": "ENABLED"} for name in names],
        "links": [
            link(world, "self", path),
            link(world, "update", path, "PATCH"),
            link(world, "delete", path, "DELETE"),
        ],
    }
