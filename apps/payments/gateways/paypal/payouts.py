"""Money to organizers: PayPal Payouts. The batch id is the only guard against paying twice."""

from __future__ import annotations

from typing import Any

from apps.core.http_client import SLOW_READ_SECONDS
from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.base import (
    Ids,
    Onboarding,
    Payee,
    PayeeView,
    PayoutItem,
    PayoutItemView,
    PayoutRequest,
    PayoutState,
)
from apps.payments.gateways.paypal import amounts
from apps.payments.gateways.paypal.client import read, write

PAGE_SIZE = 1000
# BLOCKED, ONHOLD and UNCLAIMED are no failures: the money is out, or may still go out.
_STATES = {
    "SUCCESS": PayoutState.PAID,
    "PENDING": PayoutState.IN_TRANSIT,
    "ONHOLD": PayoutState.HELD,
    "BLOCKED": PayoutState.HELD,
    "UNCLAIMED": PayoutState.UNCLAIMED,
    "RETURNED": PayoutState.RETURNED,
    "REFUNDED": PayoutState.RETURNED,
    "REVERSED": PayoutState.RETURNED,
    "FAILED": PayoutState.FAILED,
}
_DEAD_BATCHES = frozenset({"DENIED", "CANCELED"})


def onboard(payee: Payee, *, return_url: str, refresh_url: str, key: str) -> Onboarding:  # noqa: ARG001  (PayPal asks the payee itself)
    return Onboarding(destination=payee.destination or payee.email)


def payee(destination: str) -> PayeeView:
    """PayPal tells nothing of a payee before money is sent."""
    return PayeeView(payable=bool(destination), missing=() if destination else ("receiver",))


def funds(currency: str) -> Money:
    answer = read(f"/v1/reporting/balances?currency_code={currency}")
    for balance in answer.get("balances") or []:
        if balance["currency"] == currency and balance.get("available_balance"):
            return amounts.from_paypal(balance["available_balance"])
    return Money.zero(currency)


def send(request: PayoutRequest) -> tuple[PayoutItemView, ...]:
    body = {
        "items": [_item(item) for item in request.items],
        "sender_batch_header": {
            "email_subject": request.subject[:255],
            "sender_batch_id": request.batch,
        },
    }
    try:
        answer = write("/v1/payments/payouts", body, read_seconds=SLOW_READ_SECONDS)
        batch = str(answer["batch_header"]["payout_batch_id"])
    except errors.AlreadyDone as error:
        # We sent it before and did not hear the answer; the refusal names that first batch.
        if not error.url:
            raise errors.OutcomeUnknown(error.code, request_id=error.request_id) from error
        batch = error.url.rstrip("/").rpartition("/")[2]
    return _views(batch, request.items)


def fetch(item: PayoutItem, ids: Ids) -> PayoutItemView:
    if "item" in ids:
        return _view(item, read(f"/v1/payments/payouts-item/{ids['item']}"))
    return _views(ids["batch"], (item,))[0]


def cancel(item: PayoutItem, ids: Ids, *, key: str) -> PayoutItemView:
    """
    :raises GatewayError: it is not unclaimed (any more).
    """
    return _view(item, write(f"/v1/payments/payouts-item/{ids['item']}/cancel", {}, key=key))


def _item(item: PayoutItem) -> dict[str, Any]:
    return {
        "amount": {"currency": item.amount.currency, "value": amounts.value(item.amount)},
        "note": item.note,
        "receiver": item.destination,
        "recipient_type": "EMAIL" if "@" in item.destination else "PAYPAL_ID",
        "recipient_wallet": "PAYPAL",
        "sender_item_id": item.reference,
    }


def _views(batch: str, items: tuple[PayoutItem, ...]) -> tuple[PayoutItemView, ...]:
    """A batch that has succeeded may contain items that have not: only they count."""
    header, seen = _read_batch(batch)
    dead = header["batch_status"] in _DEAD_BATCHES
    return tuple(
        _view(item, seen[item.reference])
        if item.reference in seen and not dead
        else PayoutItemView(
            reference=item.reference,
            state=PayoutState.FAILED if dead else PayoutState.IN_TRANSIT,
            ids={"batch": batch},
            amount=item.amount,
            reason=header["batch_status"],
        )
        for item in items
    )


def _read_batch(batch: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, Any]] = {}
    page = 1
    while True:
        answer = read(
            f"/v1/payments/payouts/{batch}?page={page}&page_size={PAGE_SIZE}&total_required=true"
        )
        for seen in answer.get("items") or []:
            found[seen["payout_item"].get("sender_item_id", "")] = seen
        if page >= answer.get("total_pages", 1):
            return answer["batch_header"], found
        page += 1


def _view(item: PayoutItem, seen: dict[str, Any]) -> PayoutItemView:
    fee = seen.get("payout_item_fee")
    failure = seen.get("errors") or {}
    return PayoutItemView(
        reference=item.reference,
        state=_STATES[seen.get("transaction_status", "PENDING")],
        ids={"batch": seen["payout_batch_id"], "item": seen["payout_item_id"]},
        amount=amounts.from_paypal(seen["payout_item"]["amount"]),
        fee=amounts.from_paypal(fee) if fee else None,
        reason=str(failure.get("name", "")),
    )
