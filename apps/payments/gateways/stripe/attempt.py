"""A buyer pays on Stripe's hosted page (Checkout Sessions). Stripe captures by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.payments.gateways import errors
from apps.payments.gateways.base import Attempt, Checkout, Frozen, Ids
from apps.payments.gateways.stripe import amounts
from apps.payments.gateways.stripe.client import live, plain, read, write
from apps.payments.states import PaymentState

# Stripe refuses less than 30 minutes, counted by its own clock when the request arrives: the rest
# is time for a retry with the same bytes. A shorter hold ends by `abandon`.
EXPIRES_MIN = timedelta(minutes=40)
EXPIRES_MAX = timedelta(hours=23)
SESSIONS = "/v1/checkout/sessions"
EXPAND = ["payment_intent.latest_charge.balance_transaction"]
NAME_MAX = 250

_BY_INTENT = {
    "processing": PaymentState.PROCESSING,
    "canceled": PaymentState.CANCELLED,
    "succeeded": PaymentState.CAPTURED,
}


def prepare(checkout: Checkout, *, at: datetime) -> dict[str, Any]:
    amounts.check(checkout.total)
    currency = checkout.total.currency.lower()
    expires_at = min(max(checkout.pay_by, at + EXPIRES_MIN), at + EXPIRES_MAX)
    metadata = {"payment": checkout.reference}
    request: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "submit_type": "book",
        # The price shown is the price paid: no conversion into the buyer's currency.
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": checkout.reference,
        "locale": checkout.locale,
        "expires_at": int(expires_at.timestamp()),
        "success_url": checkout.return_url,
        "cancel_url": checkout.cancel_url,
        "metadata": metadata,
        # What is said of a session does not reach its charge by itself.
        "payment_intent_data": {
            "description": checkout.description,
            "metadata": metadata,
            "transfer_group": checkout.invoice,
        },
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": currency,
                    "unit_amount": amounts.to_stripe(line.unit),
                    "product_data": {"name": line.name[:NAME_MAX]},
                },
            }
            for line in checkout.lines
        ],
    }
    if checkout.email:
        request["customer_email"] = checkout.email
    return request


def start(request: Frozen, *, key: str) -> Attempt:
    params: Any = _sorted(request)
    return _attempt(write(lambda: plain("post", SESSIONS, idempotency_key=key, **params)))


def fetch(ids: Ids) -> Attempt:
    return _attempt(read(lambda: plain("get", f"{SESSIONS}/{ids['session']}", expand=EXPAND)))


def capture(ids: Ids, *, key: str) -> Attempt:  # noqa: ARG001  (Stripe has done it)
    return fetch(ids)


def abandon(ids: Ids, *, key: str) -> Attempt:
    """Expiring and paying exclude each other at Stripe: afterwards the session says which it was."""
    try:
        path = f"{SESSIONS}/{ids['session']}/expire"
        session = write(lambda: plain("post", path, idempotency_key=key))
    except errors.Invalid:  # it is not open any more
        return fetch(ids)
    return _attempt(session)


def _sorted(value: Any) -> Any:
    """The database does not keep the order of keys, but a retry must send the same bytes."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def _attempt(seen: dict[str, Any]) -> Attempt:
    if seen["livemode"] != live():
        raise errors.NotPermitted("livemode")
    intent = seen.get("payment_intent")
    charge = intent.get("latest_charge") if isinstance(intent, dict) else None
    charge = charge if isinstance(charge, dict) else {}
    ids = {
        "session": str(seen["id"]),
        "intent": _id(intent),
        "charge": _id(charge),
    }
    balance = charge.get("balance_transaction")
    state, reason = _state(seen, intent if isinstance(intent, dict) else {})
    captured = state is PaymentState.CAPTURED
    return Attempt(
        state=state,
        ids={name: value for name, value in ids.items() if value},
        redirect_url=seen.get("url") or "",
        total=amounts.from_stripe(seen["amount_total"], seen["currency"]),
        reference=seen.get("client_reference_id"),
        fee=(
            amounts.from_stripe(balance["fee"], balance["currency"])
            if isinstance(balance, dict)
            else None
        ),
        captured_at=_time(charge.get("created") or seen["created"]) if captured else None,
        expires_at=_time(seen["expires_at"]),
        reason=reason,
    )


def _state(session: dict[str, Any], intent: dict[str, Any]) -> tuple[PaymentState, str]:
    if session["status"] == "open":
        return PaymentState.AWAITING_BUYER, ""
    if session["status"] == "expired":
        return PaymentState.EXPIRED, ""
    if session["payment_status"] in {"paid", "no_payment_required"}:
        return PaymentState.CAPTURED, ""
    # Complete but unpaid: a delayed method, under way or failed.
    status = str(intent.get("status", "processing"))
    failure = intent.get("last_payment_error") or {}
    return _BY_INTENT.get(status, PaymentState.FAILED), str(failure.get("code") or "")


def _id(thing: Any) -> str:
    if isinstance(thing, dict):
        return str(thing.get("id", ""))
    return thing or ""


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
