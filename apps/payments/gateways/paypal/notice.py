"""PayPal's events: which we listen to, and what each is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from apps.payments.gateways.base import Notice, Subject
from apps.payments.gateways.errors import BadSignature
from apps.payments.gateways.paypal.client import read
from apps.payments.webhooks.paypal_signature import check_signature

EVENTS: dict[str, Subject] = {
    "CHECKOUT.ORDER.APPROVED": Subject.ATTEMPT,
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED": Subject.ATTEMPT,
    "PAYMENT.CAPTURE.COMPLETED": Subject.ATTEMPT,
    "PAYMENT.CAPTURE.PENDING": Subject.ATTEMPT,
    "PAYMENT.CAPTURE.DENIED": Subject.ATTEMPT,
    "PAYMENT.CAPTURE.DECLINED": Subject.ATTEMPT,
    "PAYMENT.CAPTURE.REFUNDED": Subject.REFUND,
    "PAYMENT.CAPTURE.REVERSED": Subject.DISPUTE,
    "PAYMENT.REFUND.PENDING": Subject.REFUND,
    "PAYMENT.REFUND.FAILED": Subject.REFUND,
    "CUSTOMER.DISPUTE.CREATED": Subject.DISPUTE,
    "CUSTOMER.DISPUTE.UPDATED": Subject.DISPUTE,
    "CUSTOMER.DISPUTE.RESOLVED": Subject.DISPUTE,
    "PAYMENT.PAYOUTSBATCH.DENIED": Subject.PAYOUT,
    "PAYMENT.PAYOUTSBATCH.PROCESSING": Subject.PAYOUT,
    "PAYMENT.PAYOUTSBATCH.SUCCESS": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.SUCCEEDED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.FAILED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.UNCLAIMED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.RETURNED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.CANCELED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.HELD": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.BLOCKED": Subject.PAYOUT,
    "PAYMENT.PAYOUTS-ITEM.REFUNDED": Subject.PAYOUT,
}
PAGE_SIZE = 100
_LIVE_HOSTS = frozenset({"api.paypal.com", "api-m.paypal.com"})


def verify(headers: Mapping[str, str], body: bytes, *, endpoint: str, at: datetime) -> Notice:  # noqa: ARG001  (PayPal has one endpoint)
    check_signature(headers, body, at=at)
    try:
        event = json.loads(body)
        return _notice(event)
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature("not_an_event") from error


def missed(since: datetime, until: datetime, *, account: str = "") -> Iterator[Notice]:
    if account:
        return  # payees are not connected to us, and their accounts tell us nothing
    span = {"start_time": _stamp(since), "end_time": _stamp(until), "page_size": PAGE_SIZE}
    path = f"/v1/notifications/webhooks-events?{urlencode(span)}"
    while path:
        answer = read(path)
        for event in answer.get("events") or []:
            yield _notice(event)
        path = _next_page(answer)


def _next_page(answer: dict[str, Any]) -> str:
    """Only path and query of the link: we call no other host than the configured one."""
    links = {link["rel"]: link["href"] for link in answer.get("links") or []}
    if "next" not in links or not answer.get("events"):
        return ""
    parts = urlsplit(links["next"])
    prefix = urlsplit(settings.PAYPAL_API_BASE).path
    return f"{parts.path.removeprefix(prefix)}?{parts.query}"


def _notice(event: dict[str, Any]) -> Notice:
    thing = event["resource"]
    subject = EVENTS.get(event["event_type"])
    return Notice(
        event_id=event["id"],
        type=event["event_type"],
        created_at=datetime.fromisoformat(event["create_time"]),
        subject=subject,
        ids=_ids(event["event_type"], thing),
        reference=_reference(thing) if subject is Subject.ATTEMPT else None,
        account="",
        livemode=urlsplit(settings.PAYPAL_API_BASE).hostname in _LIVE_HOSTS,
        body=event,
    )


def _ids(kind: str, thing: dict[str, Any]) -> dict[str, str]:
    if kind.startswith("CHECKOUT.ORDER."):
        found = {"order": thing.get("id")}
    elif kind.startswith("CHECKOUT.PAYMENT-APPROVAL."):
        found = {"order": thing.get("order_id")}
    elif kind in {"PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED"} or kind.startswith(
        "PAYMENT.REFUND."
    ):
        found = {"refund": thing.get("id"), "capture": _parent(thing)}
    elif kind.startswith("PAYMENT.CAPTURE."):
        related = (thing.get("supplementary_data") or {}).get("related_ids") or {}
        found = {"capture": thing.get("id"), "order": related.get("order_id")}
    elif kind.startswith("CUSTOMER.DISPUTE."):
        disputed = (thing.get("disputed_transactions") or [{}])[0]
        found = {
            "dispute": thing.get("dispute_id"),
            "capture": disputed.get("seller_transaction_id"),
        }
    elif kind.startswith("PAYMENT.PAYOUTS-ITEM."):
        found = {"item": thing.get("payout_item_id"), "batch": thing.get("payout_batch_id")}
    else:
        header = thing.get("batch_header") or {}
        found = {"batch": header.get("payout_batch_id")}
    return {name: str(value) for name, value in found.items() if value}


def _reference(thing: dict[str, Any]) -> Any:
    """Ours, a text; of an order or a capture."""
    units = thing.get("purchase_units") or [{}]
    return thing.get("custom_id") or units[0].get("custom_id")


def _parent(refund: dict[str, Any]) -> str | None:
    """A refund names its capture only as the link "up"."""
    for link in refund.get("links") or []:
        if link.get("rel") == "up":
            return str(link["href"]).rstrip("/").rpartition("/")[2]
    return None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
