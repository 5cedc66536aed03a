"""Early fraud warnings: the card network's word before anybody disputes."""

from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.world import World


def retrieve(call: Call, key: str) -> Json:
    found = call.world.store.get("fraud_warning", key)
    if found is None:
        raise no_such("early_fraud_warning", key)
    return public(found)


def warn(world: World, charge: str) -> Json:
    row = world.store.need("charge", charge)
    warning: Json = {
        "id": stripe_id("issfr"),
        "object": "radar.early_fraud_warning",
        "actionable": not row["refunded"] and not row["disputed"],
        "charge": charge,
        "created": world.now(),
        "fraud_type": "unauthorized_use_of_card",
        "livemode": False,
        "payment_intent": row["payment_intent"],
    }
    world.store.put("fraud_warning", warning["id"], warning)
    emit(world, "radar.early_fraud_warning.created", warning)
    return warning


def settle(world: World, charge: str) -> None:
    """Refunded: nothing is left to do about it."""
    for warning in world.store.oldest("fraud_warning", charge=charge, actionable=1):
        warning["actionable"] = False
        world.store.put("fraud_warning", warning["id"], warning)
        before = {"actionable": True}
        emit(world, "radar.early_fraud_warning.updated", warning, before=before)
