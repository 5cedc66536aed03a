from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import params
from apps.sandbox.stripe.call import Call, listing, public
from apps.sandbox.stripe.errors import InvalidParam, StripeError, no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.world import World, iso

_DUE = (
    "business_profile.url business_type external_account individual.address.city"
    " individual.address.line1 individual.address.postal_code individual.dob.day individual.dob.month"
    " individual.dob.year individual.first_name individual.last_name tos_acceptance.date"
    " tos_acceptance.ip"
).split()
_DOCUMENT = "individual.verification.document"
_EXPIRED: Json = {
    "code": "verification_document_expired",
    "reason": "The document could not be used for verification because it has expired.",
    "requirement": _DOCUMENT,
}
_KNOWN = "type country email capabilities controller business_type metadata expand".split()
CURRENCIES = {
    "CH": "chf", "CZ": "czk", "DK": "dkk", "GB": "gbp", "HU": "huf", "NO": "nok", "PL": "pln",
    "SE": "sek", "US": "usd",
}  # fmt: skip
_CURRENCY_ELSE = "eur"


def create(call: Call) -> Json:
    """A v1 account: connected, with a dashboard of its own."""
    given = call.params
    params.only(given, _KNOWN)
    params.one_of(given, "type", ("custom", "express", "standard"), None)
    row = make(
        call.world,
        country=params.text(given, "country") or "DE",
        email=params.text(given, "email"),
        metadata=params.metadata(given),
    )
    row["type"] = given.get("type", "none")
    row["business_type"] = params.text(given, "business_type")
    return public(call.world.store.put("account", row["id"], row))


def retrieve(call: Call, key: str) -> Json:
    params.only(call.params, ("expand",))
    return public(get(call.world, key))


def update(call: Call, key: str) -> Json:
    given, row = call.params, get(call.world, key)
    params.only(given, ("email", "metadata", "business_type", "capabilities", "expand"))
    row |= {name: given[name] for name in ("email", "business_type") if name in given}
    row["metadata"] |= params.metadata(given)
    return public(call.world.store.put("account", key, row))


def get(world: World, key: str, *, param: str = "id") -> Json:
    account = world.store.get("account", key)
    if account is None:
        if param != "id":
            raise no_such("destination", key, param=param)
        raise StripeError(
            f"The provided key does not have access to account '{key}' (or that account does not"
            " exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return account


def make(world: World, *, country: str, email: str | None, metadata: Json) -> Json:
    """A connected account whose owner has not yet given the details Stripe wants."""
    if len(country) != len("DE") or not country.isupper():
        raise InvalidParam(f"Country '{country}' is unknown.", param="country")
    key = stripe_id("acct", 16)
    currency = CURRENCIES.get(country, _CURRENCY_ELSE)
    row: dict[str, Any] = {
        "id": key,
        "object": "account",
        "business_profile": {"mcc": None, "name": None, "url": None},
        "business_type": None,
        "capabilities": {"transfers": "inactive"},
        "charges_enabled": False,
        "controller": {
            "fees": {"payer": "application"},
            "is_controller": True,
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
            "type": "application",
        },
        "country": country,
        "created": world.now(),
        "default_currency": currency,
        "details_submitted": False,
        "email": email,
        "external_accounts": listing([], f"/v1/accounts/{key}/external_accounts"),
        "metadata": metadata,
        "payouts_enabled": False,
        "requirements": _requirements(_DUE),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
        "_currency": currency,
        "_balance": 0,
        "_created": iso(world.now()),
        "_v2": {},
    }
    return world.store.put("account", key, row)


def submit(world: World, account: str) -> None:
    """The owner has filled in everything; Stripe takes a moment to look at it."""
    row = get(world, account)
    looked_at = _requirements([]) | {"pending_verification": [_DOCUMENT]}
    row |= {"details_submitted": True, "requirements": looked_at}
    world.store.put("account", account, row)
    emit(world, "account.updated", row, account=account, before={"details_submitted": False})
    world.later(world.options.account_seconds, "stripe.activate_account", account=account)


def activate(world: World, account: str) -> None:
    set_transfers(world, account, "active")


def restrict(world: World, account: str) -> None:
    """Stripe wants something more: the account cannot be paid until it is given."""
    set_transfers(world, account, "inactive")


def disconnect(world: World, account: str) -> None:
    """From now on the platform is told that it has no access to it."""
    get(world, account)
    application: Json = {"id": stripe_id("ca"), "object": "application", "name": "The platform"}
    emit(world, "account.application.deauthorized", application, account=account)
    world.store.delete("account", account)


def refuse_by_bank(world: World, account: str, amount: int) -> None:
    """The bank of its owner sends back what Stripe paid out of the account."""
    row = get(world, account)
    key = stripe_id("po")
    payout: Json = {
        "id": key,
        "object": "payout",
        "amount": int(amount),
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.now(),
        "automatic": True,
        "balance_transaction": stripe_id("txn"),
        "created": world.now(),
        "currency": row["_currency"],
        "description": "STRIPE PAYOUT",
        "destination": stripe_id("ba"),
        "failure_balance_transaction": stripe_id("txn"),
        "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "failed",
        "trace_id": None,
        "type": "bank_account",
    }
    emit(world, "payout.failed", payout, account=account)


def set_transfers(world: World, account: str, status: str) -> None:
    row = get(world, account)
    active = status == "active"
    row |= {
        "capabilities": {"transfers": status},
        "payouts_enabled": active,
        "requirements": _requirements([]) if active else _requirements([_DOCUMENT], _EXPIRED),
    }
    world.store.put("account", account, row)
    emit(world, "account.updated", row, account=account, before={"payouts_enabled": not active})
    capability: Json = {
        "id": "transfers",
        "object": "capability",
        "account": account,
        "requested": True,
        "requested_at": row["created"],
        "requirements": row["requirements"],
        "status": status,
    }
    emit(world, "capability.updated", capability, account=account)


def _requirements(due: list[str], *errors: Json) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": list(errors),
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
