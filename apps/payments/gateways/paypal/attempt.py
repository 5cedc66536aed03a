"""A buyer approves on PayPal's page (Orders v2); then we decide, and capture."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from apps.core.http_client import SLOW_READ_SECONDS
from apps.payments.gateways import errors
from apps.payments.gateways.base import ABANDONED, Attempt, Checkout, Frozen, Ids
from apps.payments.gateways.paypal import amounts
from apps.payments.gateways.paypal.client import read, write
from apps.payments.states import PaymentState

TEXT_MAX = 127
# An unapproved order lives three hours, an approved one three more.
TO_APPROVE = timedelta(hours=3)
TO_CAPTURE = timedelta(hours=6)
_LOCALES = {"de": "de-DE", "en": "en-GB"}

_ORDER_STATES = {
    "CREATED": PaymentState.AWAITING_BUYER,
    "SAVED": PaymentState.AWAITING_BUYER,
    "PAYER_ACTION_REQUIRED": PaymentState.AWAITING_BUYER,
    "APPROVED": PaymentState.APPROVED,
    "VOIDED": PaymentState.CANCELLED,
    "COMPLETED": PaymentState.PROCESSING,  # says nothing of money: its capture does
}
# A later refund does not undo that it was captured: refunds are rows of their own.
_CAPTURE_STATES = {
    "COMPLETED": PaymentState.CAPTURED,
    "PARTIALLY_REFUNDED": PaymentState.CAPTURED,
    "REFUNDED": PaymentState.CAPTURED,
    "PENDING": PaymentState.PROCESSING,
    "DECLINED": PaymentState.FAILED,
    "FAILED": PaymentState.FAILED,
}
_BEST_FIRST = (PaymentState.CAPTURED, PaymentState.PROCESSING, PaymentState.FAILED)


def prepare(checkout: Checkout, *, at: datetime) -> dict[str, Any]:  # noqa: ARG001  (PayPal sets the times)
    amounts.check(checkout.total)
    total = amounts.to_paypal(checkout.total)
    return {
        "intent": "CAPTURE",
        "purchase_units": [
            {
                "amount": {**total, "breakdown": {"item_total": total}},
                "custom_id": checkout.reference,
                "description": checkout.description[:TEXT_MAX],
                "invoice_id": checkout.invoice,
                "items": [
                    {
                        "category": "DIGITAL_GOODS",
                        "name": line.name[:TEXT_MAX],
                        "quantity": str(line.quantity),
                        "unit_amount": amounts.to_paypal(line.unit),
                    }
                    for line in checkout.lines
                ],
            }
        ],
        "payment_source": {
            "paypal": {
                "experience_context": {
                    "brand_name": settings.PLATFORM_NAME[:TEXT_MAX],
                    "cancel_url": checkout.cancel_url,
                    "locale": _LOCALES.get(checkout.locale, "en-GB"),
                    "return_url": checkout.return_url,
                    "shipping_preference": "NO_SHIPPING",
                    "user_action": "PAY_NOW",
                }
            }
        },
    }


def start(request: Frozen, *, key: str) -> Attempt:
    return _attempt(write("/v2/checkout/orders", request, key=key))


def fetch(ids: Ids) -> Attempt:
    try:
        return _attempt(read(f"/v2/checkout/orders/{ids['order']}"))
    except errors.NotFound as error:
        if "capture" in ids:  # money was taken: it cannot have expired
            raise
        return Attempt(PaymentState.EXPIRED, dict(ids), reason=error.code)


def capture(ids: Ids, *, key: str) -> Attempt:
    """
    :raises BuyerActionNeeded: not approved, or the buyer must choose another source of money.
    """
    try:
        order = write(
            f"/v2/checkout/orders/{ids['order']}/capture",
            {},
            key=key,
            read_seconds=SLOW_READ_SECONDS,
        )
    except errors.AlreadyDone:
        # Captured before; or our invoice was paid by a capture whose answer we never saw.
        seen = fetch(ids)
        if seen.state in {PaymentState.CAPTURED, PaymentState.PROCESSING}:
            return seen
        raise
    except errors.NotFound as error:
        return Attempt(PaymentState.EXPIRED, dict(ids), reason=error.code)
    return _attempt(order)


def abandon(ids: Ids, *, key: str) -> Attempt:  # noqa: ARG001  (no call ends a PayPal order)
    """An order that we never capture is never paid."""
    seen = fetch(ids)
    if seen.state in {PaymentState.AWAITING_BUYER, PaymentState.APPROVED}:
        return replace(seen, state=PaymentState.CANCELLED, reason=ABANDONED)
    return seen


def _attempt(order: dict[str, Any]) -> Attempt:
    unit = (order.get("purchase_units") or [{}])[0]
    state = _ORDER_STATES[order["status"]]
    taken = _best_capture(unit)
    ids = {"order": str(order["id"])}
    fee, captured_at, reason = None, None, ""
    if taken:
        ids["capture"] = taken["id"]
        state = _CAPTURE_STATES[taken["status"]]
        reason = (taken.get("status_details") or {}).get("reason", "")
        captured_at = _time(taken.get("create_time"))
        paid = (taken.get("seller_receivable_breakdown") or {}).get("paypal_fee")
        fee = amounts.from_paypal(paid) if paid else None
    amount = taken.get("amount") or unit.get("amount")
    return Attempt(
        state=state,
        ids=ids,
        redirect_url=_redirect_url(order),
        total=amounts.from_paypal(amount) if amount else None,
        reference=taken.get("custom_id") or unit.get("custom_id"),
        fee=fee,
        captured_at=captured_at if state is PaymentState.CAPTURED else None,
        expires_at=_expires_at(order, state),
        reason=reason,
    )


def _best_capture(unit: dict[str, Any]) -> dict[str, Any]:
    captures = (unit.get("payments") or {}).get("captures") or []
    for wanted in _BEST_FIRST:
        for capture in captures:
            if _CAPTURE_STATES[capture["status"]] is wanted:
                return dict(capture)
    return {}


def _redirect_url(order: dict[str, Any]) -> str:
    links = {link["rel"]: link["href"] for link in order.get("links") or []}
    return str(links.get("payer-action") or links.get("approve") or "")


def _expires_at(order: dict[str, Any], state: PaymentState) -> datetime | None:
    created = _time(order.get("create_time"))
    if created is None:
        return None
    return created + (TO_CAPTURE if state is PaymentState.APPROVED else TO_APPROVE)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
