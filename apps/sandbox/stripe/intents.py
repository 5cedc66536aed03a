from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.lists import page
from apps.sandbox.world import World


def retrieve(call: Call, key: str) -> Json:
    return public(get(call.world, key))


def find(call: Call) -> Json:
    return page(call, call.world.store.newest("payment_intent"), "/v1/payment_intents")


def get(world: World, key: str, *, param: str = "id") -> Json:
    intent = world.store.get("payment_intent", key)
    if intent is None:
        raise no_such("payment_intent", key, param=param)
    return intent


def of_session(world: World, session: Json) -> Json:
    """The session's intent; made when the buyer first tries to pay."""
    if session["payment_intent"] is not None:
        return world.store.need("payment_intent", session["payment_intent"])
    key = stripe_id("pi")
    data = session["_intent_data"]
    intent = _blank(key, world) | {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "description": data["description"],
        "metadata": data["metadata"],
        "payment_method_types": session["payment_method_types"],
        "receipt_email": data["receipt_email"],
        "statement_descriptor_suffix": data["statement_descriptor_suffix"],
        "transfer_group": data["transfer_group"],
        "_session": session["id"],
    }
    world.store.put("payment_intent", key, intent)
    session["payment_intent"] = key
    world.store.put("checkout.session", session["id"], session)
    emit(world, "payment_intent.created", intent)
    return intent


def succeed(world: World, intent: Json, charge: Json) -> None:
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }
    world.store.put("payment_intent", intent["id"], intent)
    emit(world, "payment_intent.succeeded", intent)


def process(world: World, intent: Json, charge: Json) -> None:
    intent |= {
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "processing",
    }
    world.store.put("payment_intent", intent["id"], intent)
    emit(world, "payment_intent.processing", intent)


def fail(world: World, intent: Json, charge: Json) -> None:
    intent |= {
        "last_payment_error": {
            "charge": charge["id"],
            "code": charge["failure_code"],
            "decline_code": "generic_decline",
            "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": charge["failure_message"],
            "type": "card_error",
        },
        "latest_charge": charge["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
    world.store.put("payment_intent", intent["id"], intent)
    emit(world, "payment_intent.payment_failed", intent)


def cancel(world: World, intent: Json) -> None:
    intent |= {
        "status": "canceled",
        "canceled_at": world.now(),
        "cancellation_reason": "requested_by_customer",
    }
    world.store.put("payment_intent", intent["id"], intent)
    emit(world, "payment_intent.canceled", intent)


def _blank(key: str, world: World) -> dict[str, Any]:
    nothing = (
        "application application_fee_amount automatic_payment_methods canceled_at"
        " cancellation_reason customer last_payment_error latest_charge next_action on_behalf_of"
        " payment_method processing review setup_future_usage shipping source"
        " statement_descriptor transfer_data"
    ).split()
    return {
        "id": key,
        "object": "payment_intent",
        **dict.fromkeys(nothing),
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{key}_secret_{stripe_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "livemode": False,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "status": "requires_payment_method",
    }
