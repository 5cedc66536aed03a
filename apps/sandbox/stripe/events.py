from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from apps.sandbox import deliveries
from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe.call import API_VERSION, Call, public
from apps.sandbox.stripe.errors import no_such
from apps.sandbox.stripe.lists import page
from apps.sandbox.world import World


def emit(
    world: World, kind: str, subject: Json, *, account: str = "", before: Json | None = None
) -> Json:
    """`before`: the former values of what a `*.updated` event changed. An event of a connected
    account goes to Connect endpoints, any other to the platform's."""
    data: Json = {"object": public(subject)}
    if before is not None:
        data["previous_attributes"] = before
    event: Json = {
        "id": stripe_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    if account:
        event["account"] = account
    endpoints = [
        each
        for each in world.store.oldest("webhook_endpoint")
        if each["status"] == "enabled"
        and each["_connect"] == bool(account)
        and ("*" in each["enabled_events"] or kind in each["enabled_events"])
    ]
    event["pending_webhooks"] = len(endpoints)
    world.store.put("event", event["id"], event)
    for endpoint in endpoints:
        if endpoint["url"]:
            deliveries.queue(world, "stripe", event, endpoint)
    return event


def pack(world: World, delivery: Json) -> tuple[Mapping[str, str], bytes]:
    endpoint = world.store.need("webhook_endpoint", delivery["endpoint"])
    body = json.dumps(world.store.need("event", delivery["event"]), indent=2).encode()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(endpoint["_secret"], body),
    }, body


def signature(secret: str, body: bytes) -> str:
    at = int(time.time())
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def retrieve(call: Call, key: str) -> Json:
    event = call.world.store.get("event", key)
    if event is None:
        raise no_such("event", key)
    return event


def find(call: Call) -> Json:
    """Of the account that asks: each has a list of its own."""
    rows = [
        row for row in call.world.store.newest("event") if row.get("account", "") == call.account
    ]
    if kind := call.params.get("type"):
        rows = [row for row in rows if row["type"] == kind]
    if kinds := call.params.get("types"):
        rows = [row for row in rows if row["type"] in kinds]
    if success := call.params.get("delivery_success"):
        missing = deliveries.undelivered(call.world)
        rows = [row for row in rows if (row["id"] not in missing) == (success == "true")]
    return page(call, rows, "/v1/events", filters=("type", "types", "delivery_success"))
