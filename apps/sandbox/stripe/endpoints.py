from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import params
from apps.sandbox.stripe.call import API_VERSION, Call, public
from apps.sandbox.stripe.errors import InvalidParam, no_such
from apps.sandbox.stripe.lists import page
from apps.sandbox.world import World

_KNOWN = "url enabled_events description metadata disabled api_version connect expand".split()
PLATFORM, CONNECT = "we_sandboxplatform", "we_sandboxconnect"
PLATFORM_EVENTS = (
    "checkout.session.completed checkout.session.async_payment_succeeded"
    " checkout.session.async_payment_failed checkout.session.expired payment_intent.payment_failed"
    " charge.updated charge.refunded refund.created refund.updated refund.failed"
    " charge.dispute.created charge.dispute.updated charge.dispute.closed"
    " charge.dispute.funds_withdrawn charge.dispute.funds_reinstated"
    " payment_intent.succeeded payment_intent.canceled"
    " radar.early_fraud_warning.created radar.early_fraud_warning.updated"
    " transfer.created transfer.reversed transfer.updated"
).split()
CONNECT_EVENTS = (
    "account.updated capability.updated account.application.deauthorized payout.paid payout.failed"
).split()


def preset(world: World) -> None:
    """The shop's two endpoints, as an operator would have registered them."""
    origin, options = world.options.webhooks, world.options
    rows = (
        (PLATFORM, "/webhooks/stripe/", PLATFORM_EVENTS, options.stripe_webhook_secret, False),
        (
            CONNECT,
            "/webhooks/stripe/connect/",
            CONNECT_EVENTS,
            options.stripe_connect_webhook_secret,
            True,
        ),
    )
    for key, path, events, secret, connect in rows:
        url = origin + path if origin else ""
        row = _row(world, key, url, events) | {"_secret": secret, "_connect": connect}
        world.store.put("webhook_endpoint", key, row)


def create(call: Call) -> Json:
    given = call.params
    params.only(given, _KNOWN)
    params.required(given, "url", "enabled_events")
    key, secret = stripe_id("we"), stripe_id("whsec", 32)
    row = _row(call.world, key, given["url"], given["enabled_events"]) | {
        "api_version": params.text(given, "api_version"),
        "description": params.text(given, "description"),
        "metadata": params.metadata(given),
        "_secret": secret,
        "_connect": given.get("connect") == "true",
    }
    call.world.store.put("webhook_endpoint", key, row)
    return public(row) | {"secret": secret}


def retrieve(call: Call, key: str) -> Json:
    return public(_get(call.world, key))


def find(call: Call) -> Json:
    return page(call, call.world.store.newest("webhook_endpoint"), "/v1/webhook_endpoints")


def update(call: Call, key: str) -> Json:
    given, row = call.params, _get(call.world, key)
    params.only(given, _KNOWN)
    row |= {name: given[name] for name in ("url", "enabled_events") if name in given}
    if "disabled" in given:
        row["status"] = "disabled" if given["disabled"] == "true" else "enabled"
    return public(call.world.store.put("webhook_endpoint", key, row))


def delete(call: Call, key: str) -> Json:
    _get(call.world, key)
    call.world.store.delete("webhook_endpoint", key)
    return {"id": key, "object": "webhook_endpoint", "deleted": True}


def _get(world: World, key: str) -> Json:
    row = world.store.get("webhook_endpoint", key)
    if row is None:
        raise no_such("webhook endpoint", key)
    return row


def _row(world: World, key: str, url: str, events: object) -> Json:
    if not isinstance(events, list) or not events:
        raise InvalidParam("Invalid array", param="enabled_events")
    return {
        "id": key,
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": world.now(),
        "description": None,
        "enabled_events": events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
