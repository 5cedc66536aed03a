"""Stripe's events: which we listen to, and what each is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings

from apps.payments.gateways.base import Notice, Subject
from apps.payments.gateways.errors import BadSignature
from apps.payments.gateways.stripe.client import client, live, read

TOLERANCE_SECONDS = 300

EVENTS: dict[str, Subject] = {
    "checkout.session.completed": Subject.ATTEMPT,
    "checkout.session.async_payment_succeeded": Subject.ATTEMPT,
    "checkout.session.async_payment_failed": Subject.ATTEMPT,
    "checkout.session.expired": Subject.ATTEMPT,
    "payment_intent.succeeded": Subject.ATTEMPT,
    "payment_intent.canceled": Subject.ATTEMPT,
    "charge.updated": Subject.FEE,
    "charge.refunded": Subject.REFUND,
    "refund.created": Subject.REFUND,
    "refund.updated": Subject.REFUND,
    "refund.failed": Subject.REFUND,
    "charge.dispute.created": Subject.DISPUTE,
    "charge.dispute.updated": Subject.DISPUTE,
    "charge.dispute.closed": Subject.DISPUTE,
    "charge.dispute.funds_withdrawn": Subject.DISPUTE,
    "charge.dispute.funds_reinstated": Subject.DISPUTE,
    "radar.early_fraud_warning.created": Subject.WARNING,
    "radar.early_fraud_warning.updated": Subject.WARNING,
    "transfer.created": Subject.PAYOUT,
    "transfer.reversed": Subject.PAYOUT,
    "transfer.updated": Subject.PAYOUT,
}
# Told about connected accounts, to an endpoint with a secret of its own.
CONNECT_EVENTS: dict[str, Subject] = {
    "account.updated": Subject.PAYEE,
    "account.application.deauthorized": Subject.PAYEE,
    "capability.updated": Subject.PAYEE,
    "payout.paid": Subject.PAYEE,
    "payout.failed": Subject.PAYEE_BANK,
}
# What Stripe calls a thing, and what we call its id.
_NAMES = {
    "checkout.session": "session",
    "payment_intent": "intent",
    "charge": "charge",
    "refund": "refund",
    "dispute": "dispute",
    "radar.early_fraud_warning": "warning",
    "transfer": "transfer",
    "account": "account",
}


def verify(headers: Mapping[str, str], body: bytes, *, endpoint: str, at: datetime) -> Notice:  # noqa: ARG001  (the SDK reads the clock)
    secrets = (
        settings.STRIPE_CONNECT_WEBHOOK_SECRET
        if endpoint == "connect"
        else settings.STRIPE_WEBHOOK_SECRET
    )
    if not any(_signed(body, headers.get("stripe-signature"), secret) for secret in secrets):
        raise BadSignature("signature")
    return _notice(_event(body))


def missed(since: datetime, until: datetime, *, account: str = "") -> Iterator[Notice]:
    created: Any = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
    page = _page(account, created)
    while True:
        for event in page.data:
            yield _notice(_told_of(event.to_dict(), account))
        if not page.has_more:
            return
        page = _page(account, created, starting_after=page.data[-1].id)


def _page(account: str, created: Any, **more: Any) -> Any:
    params: Any = {"created": created, "limit": 100, **more}
    options: Any = {"stripe_account": account} if account else {}
    return read(lambda: client().v1.events.list(params, options))


def _told_of(event: dict[str, Any], account: str) -> dict[str, Any]:
    """Whose it is stands in a webhook of a connected account; its own list need not repeat it."""
    return {**event, "account": account} if account else event


def _signed(body: bytes, header: str | None, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False
    return True


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        event["data"]["object"]["object"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature("not_an_event") from error
    return dict(event)


def _notice(event: dict[str, Any]) -> Notice:
    if event["livemode"] != live():
        raise BadSignature("livemode")
    thing = event["data"]["object"]
    kind = event["type"]
    return Notice(
        event_id=event["id"],
        type=kind,
        created_at=datetime.fromtimestamp(event["created"], tz=UTC),
        subject=EVENTS.get(kind) or CONNECT_EVENTS.get(kind),
        ids=_ids(thing),
        reference=_reference(thing),
        account=event.get("account") or "",
        livemode=event["livemode"],
        body=event,
    )


def _ids(thing: dict[str, Any]) -> dict[str, str]:
    ids = {
        "intent": thing.get("payment_intent"),
        "charge": thing.get("charge"),
        _NAMES.get(thing["object"], "other"): thing.get("id"),
    }
    return {name: _id(value) for name, value in ids.items() if value}


def _id(value: Any) -> str:
    return str(value["id"] if isinstance(value, dict) else value)


def _reference(thing: dict[str, Any]) -> str | None:
    metadata = thing.get("metadata") or {}
    return thing.get("client_reference_id") or metadata.get("payment") or metadata.get("payout")
