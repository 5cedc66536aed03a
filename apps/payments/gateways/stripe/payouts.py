"""Money to organizers: transfers to their connected accounts. Stripe's bank payout is then theirs."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

from stripe import Transfer

from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.base import (
    DISCONNECTED,
    Ids,
    Onboarding,
    Payee,
    PayeeView,
    PayoutItem,
    PayoutItemView,
    PayoutRequest,
    PayoutState,
)
from apps.payments.gateways.stripe import amounts
from apps.payments.gateways.stripe.client import client, patient_client, read, write

INCLUDE = ["configuration.recipient", "requirements"]


def onboard(payee: Payee, *, return_url: str, refresh_url: str, key: str) -> Onboarding:
    """
    Whose account is gone (closed, or disconnected from us) gets a new one.

    :raises NotFound, NotPermitted: also when it is gone, and no country says where to open another.
    """
    pages = {"refresh_url": refresh_url, "return_url": return_url}
    account = payee.destination or _create_account(payee, key)
    try:
        url = _link(account, pages | _collected(payee))
    except (errors.NotFound, errors.NotPermitted) as error:
        if account != payee.destination or not payee.country or not _is_gone(error):
            raise
        account = _create_account(payee, f"{key}-after-{account}")
        url = _link(account, pages)
    return Onboarding(destination=account, url=url)


def _collected(payee: Payee) -> dict[str, Any]:
    """Unless told, Stripe's pages ask a payee only for what it cannot be paid without."""
    return {} if payee.country else {"collection_options": {"fields": "eventually_due"}}


def _link(account: str, onboarding: dict[str, Any]) -> str:
    use_case = {"type": "account_onboarding", "account_onboarding": onboarding}
    params: Any = {"account": account, "use_case": use_case}
    # A link works once and for minutes only, so it is never asked for under a key that could replay.
    return str(write(lambda: client().v2.core.account_links.create(params)).url)


def _is_gone(error: errors.GatewayError) -> bool:
    """Not to be taken for a key that may do too little, which is our own trouble."""
    return isinstance(error, errors.NotFound) or error.code == "account_invalid"


def _create_account(payee: Payee, key: str) -> str:
    params: Any = {
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        "contact_email": payee.email,
        "dashboard": "express",
        "defaults": {
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
            }
        },
        "display_name": payee.name,
        "identity": {"country": payee.country.lower()},
        "metadata": {"organizer": payee.reference},
    }
    # Whoever corrects name or country asks for something else, which the old key would refuse for a day.
    named = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
    options: Any = {"idempotency_key": f"{key}-{named[:16]}"}
    account = write(lambda: client().v2.core.accounts.create(params, options))
    return str(account.id)


def payee(destination: str) -> PayeeView:
    params: Any = {"include": INCLUDE}
    try:
        seen = read(lambda: client().v2.core.accounts.retrieve(destination, params)).to_dict()
    except (errors.NotFound, errors.NotPermitted) as error:
        if not _is_gone(error):
            raise
        return PayeeView(payable=False, missing=(DISCONNECTED,))
    recipient = (seen.get("configuration") or {}).get("recipient") or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    transfers = balance.get("stripe_transfers") or {}
    points = (seen.get("requirements") or {}).get("entries") or []
    return PayeeView(
        payable=transfers.get("status") == "active",
        missing=tuple(_asked(point) for point in points if not _is_stripes_turn(point)),
    )


def _asked(point: dict[str, Any]) -> str:
    codes = [error.get("code", "") for error in point.get("errors") or []]
    return " ".join([str(point.get("description", "")), *codes])


def _is_stripes_turn(point: dict[str, Any]) -> bool:
    """It has been given, and is looked at."""
    return point.get("awaiting_action_from") == "stripe"


def funds(currency: str) -> Money:
    balance = read(lambda: client().v1.balance.retrieve()).to_dict()
    available = [b["amount"] for b in balance["available"] if b["currency"].upper() == currency]
    return amounts.from_stripe(sum(available), currency)


def send(request: PayoutRequest) -> tuple[PayoutItemView, ...]:
    return tuple(_send(item, request.batch) for item in request.items)


def _send(item: PayoutItem, batch: str) -> PayoutItemView:
    params: Any = {
        "amount": amounts.to_stripe(item.amount),
        "currency": item.amount.currency.lower(),
        "description": item.note,
        "destination": item.destination,
        "metadata": {"payout": item.reference},
        "transfer_group": batch,
    }
    try:
        transfer = write(
            lambda: patient_client().v1.transfers.create(
                params, {"idempotency_key": f"payout-{item.reference}"}
            )
        )
    except errors.OutcomeUnknown as error:
        return PayoutItemView(
            item.reference, PayoutState.SENDING, {}, item.amount, reason=error.code
        )
    except (errors.InsufficientFunds, errors.Invalid, errors.NotFound, errors.Declined) as error:
        return PayoutItemView(
            item.reference, PayoutState.FAILED, {}, item.amount, reason=error.code
        )
    return _view(item, transfer)


def fetch(item: PayoutItem, ids: Ids) -> PayoutItemView:
    return _view(item, read(lambda: client().v1.transfers.retrieve(ids["transfer"])))


def cancel(item: PayoutItem, ids: Ids, *, key: str) -> PayoutItemView:
    """
    :raises InsufficientFunds: the payee has drawn the money already.
    """
    now = fetch(item, ids)
    if now.state is PayoutState.RETURNED:
        return now
    with suppress(errors.AlreadyDone):  # by somebody else in this very moment
        write(
            lambda: patient_client().v1.transfers.reversals.create(
                ids["transfer"], {}, {"idempotency_key": key}
            )
        )
    return fetch(item, ids)


def _view(item: PayoutItem, transfer: Transfer) -> PayoutItemView:
    return PayoutItemView(
        reference=item.reference,
        state=PayoutState.RETURNED if transfer.reversed else PayoutState.PAID,
        ids={"transfer": transfer.id},
        amount=amounts.from_stripe(transfer.amount, transfer.currency),
        fee=Money.zero(item.amount.currency),
    )
