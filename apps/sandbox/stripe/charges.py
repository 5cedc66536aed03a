from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import balance
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

_CARD_CHECKS = {
    "address_line1_check": None,
    "address_postal_code_check": None,
    "cvc_check": "pass",
}


def retrieve(call: Call, key: str) -> Json:
    return public(get(call.world, key))


def find(call: Call) -> Json:
    filters = ("payment_intent", "transfer_group")
    rows = matching(call, "charge", filters)
    return page(call, rows, "/v1/charges", filters=filters)


def get(world: World, key: str, *, param: str = "id") -> Json:
    charge = world.store.get("charge", key)
    if charge is None:
        raise no_such("charge", key, param=param)
    return charge


def make(world: World, intent: Json, session: Json, *, method: str, status: str) -> Json:
    """A charge of this intent; `status` is succeeded, pending or failed."""
    key = stripe_id("ch")
    charge = _blank(key, world) | {
        "amount": intent["amount"],
        "amount_captured": 0 if status == "failed" else intent["amount"],
        "billing_details": _billing(session),
        "captured": status == "succeeded",
        "currency": intent["currency"],
        "description": intent["description"],
        "metadata": intent["metadata"],
        "outcome": _outcome(status),
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": stripe_id("pm"),
        "payment_method_details": _method_details(method),
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{world.options.public_url}/receipts/{key}",
        "status": status,
        "transfer_group": intent["transfer_group"],
    }
    if status == "failed":
        charge |= {"failure_code": "card_declined", "failure_message": "Your card was declined."}
    return world.store.put("charge", key, charge)


def settle(world: World, charge: str) -> None:
    """The balance transaction becomes known, a moment after the charge."""
    row = world.store.need("charge", charge)
    if row["balance_transaction"] is not None or row["status"] != "succeeded":
        return
    world.forget(f"settle:{charge}")
    entry = balance.book(
        world,
        kind="charge",
        source=charge,
        amount=row["amount"],
        currency=row["currency"],
        fee=balance.processing_fee(row["amount"]),
    )
    row["balance_transaction"] = entry["id"]
    world.store.put("charge", charge, row)
    emit(world, "charge.updated", row, before={"balance_transaction": None})


def settle_later(world: World, charge: str) -> None:
    wait = world.options.settle_seconds
    world.later(wait, "stripe.settle_charge", name=f"settle:{charge}", charge=charge)


def _billing(session: Json) -> Json:
    details = session["customer_details"] or {}
    return {
        "address": {
            "city": None,
            "country": "DE",
            "line1": None,
            "line2": None,
            "postal_code": None,
            "state": None,
        },
        "email": details.get("email"),
        "name": details.get("name"),
        "phone": None,
        "tax_id": None,
    }


def _outcome(status: str) -> Json:
    failed = status == "failed"
    return {
        "network_status": "declined_by_network" if failed else "approved_by_network",
        "reason": "generic_decline" if failed else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank did not return any further details with this decline."
        if failed
        else "Payment complete.",
        "type": "issuer_declined" if failed else "authorized",
    }


def _method_details(method: str) -> Json:
    if method == "sepa_debit":
        details: dict[str, Any] = {
            "bank_code": "37040044",
            "branch_code": "",
            "country": "DE",
            "fingerprint": "sandboxfingerprint",
            "last4": "3000",
            "mandate": stripe_id("mandate"),
        }
    else:
        details = {
            "brand": "visa",
            "checks": _CARD_CHECKS,
            "country": "DE",
            "exp_month": 12,
            "exp_year": 2039,
            "fingerprint": "sandboxfingerprint",
            "funding": "credit",
            "last4": "4242",
            "network": "visa",
            "three_d_secure": None,
            "wallet": None,
        }
    return {method: details, "type": method}


def _blank(key: str, world: World) -> dict[str, Any]:
    nothing = (
        "application application_fee application_fee_amount balance_transaction"
        " calculated_statement_descriptor customer failure_balance_transaction failure_code"
        " failure_message on_behalf_of receipt_number review shipping source source_transfer"
        " statement_descriptor statement_descriptor_suffix transfer_data"
    ).split()
    return {
        "id": key,
        "object": "charge",
        **dict.fromkeys(nothing),
        "amount_refunded": 0,
        "created": world.now(),
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "radar_options": {},
        "refunded": False,
    }
