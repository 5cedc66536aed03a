from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import accounts, balance, charges, params
from apps.sandbox.stripe.call import Call, listing, public
from apps.sandbox.stripe.errors import InvalidParam, StripeError, no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

_KNOWN = (
    "amount currency destination transfer_group metadata description source_transaction expand"
).split()


def create(call: Call) -> Json:
    given, world = call.params, call.world
    params.only(given, _KNOWN)
    params.required(given, "amount", "currency", "destination")
    amount = params.integer(given, "amount", least=1)
    currency = params.currency(given)
    account = accounts.get(world, given["destination"], param="destination")
    if account["capabilities"].get("transfers") != "active":
        raise StripeError(
            "Your destination account needs to have at least one of the following capabilities"
            " enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    _check_funds(world, given, amount, currency)
    key = stripe_id("tr")
    transfer: Json = {
        "id": key,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": params.text(given, "description"),
        "destination": account["id"],
        "destination_payment": stripe_id("py"),
        "livemode": False,
        "metadata": params.metadata(given),
        "reversals": listing([], f"/v1/transfers/{key}/reversals"),
        "reversed": False,
        "source_transaction": given.get("source_transaction"),
        "source_type": "card",
        "transfer_group": params.text(given, "transfer_group"),
    }
    transfer["balance_transaction"] = _book(world, "transfer", key, -amount, currency)
    world.store.put("transfer", key, transfer)
    _credit(world, account["id"], amount)
    emit(world, "transfer.created", transfer)
    return public(transfer)


def retrieve(call: Call, key: str) -> Json:
    return public(get(call.world, key))


def find(call: Call) -> Json:
    filters = ("destination", "transfer_group")
    rows = matching(call, "transfer", filters)
    return page(call, rows, "/v1/transfers", filters=filters)


def reverse(call: Call, key: str) -> Json:
    given, world = call.params, call.world
    params.only(given, ("amount", "description", "metadata", "expand"))
    transfer = get(world, key)
    rest = transfer["amount"] - transfer["amount_reversed"]
    amount = params.integer(given, "amount", least=1) if "amount" in given else rest
    if amount > rest or rest == 0:
        raise InvalidParam(f"Transfer {key} has only {rest} left to reverse.", param="amount")
    account = accounts.get(world, transfer["destination"])
    if account["_balance"] < amount:
        raise StripeError(
            "Insufficient funds in the connected account's Stripe balance to reverse the transfer.",
            code="balance_insufficient",
        )
    reversal: Json = {
        "id": stripe_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": _book(world, "transfer_refund", key, amount, transfer["currency"]),
        "created": world.now(),
        "currency": transfer["currency"],
        "destination_payment_refund": stripe_id("pyr"),
        "metadata": params.metadata(given),
        "source_refund": None,
        "transfer": key,
    }
    world.store.put("transfer_reversal", reversal["id"], reversal)
    _credit(world, account["id"], -amount)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    world.store.put("transfer", key, transfer)
    emit(world, "transfer.reversed", transfer)
    return reversal


def find_reversals(call: Call, key: str) -> Json:
    get(call.world, key)
    rows = call.world.store.newest("transfer_reversal", transfer=key)
    return page(call, rows, f"/v1/transfers/{key}/reversals")


def retrieve_reversal(call: Call, key: str, reversal: str) -> Json:
    row = call.world.store.get("transfer_reversal", reversal)
    if row is None or row["transfer"] != key:
        raise no_such("transfer_reversal", reversal)
    return row


def get(world: World, key: str) -> Json:
    transfer = world.store.get("transfer", key)
    if transfer is None:
        raise no_such("transfer", key)
    return transfer


def drain(world: World, account: str) -> None:
    """Stripe has paid the account's balance to its bank."""
    row = accounts.get(world, account)
    row["_balance"] = 0
    world.store.put("account", account, row)


def _check_funds(world: World, given: Json, amount: int, currency: str) -> None:
    if source := given.get("source_transaction"):
        charge = charges.get(world, source, param="source_transaction")
        used = world.store.total("transfer", "amount", source_transaction=source)
        if used + amount > charge["amount"] or charge["status"] != "succeeded":
            raise InvalidParam(
                "Transfers using this transaction as a source must not exceed its amount",
                param="amount",
            )
        return
    if balance.available(world, currency) < amount:
        raise StripeError(
            "You have insufficient available funds in your Stripe account. Try adding funds"
            " directly to your available balance by creating Charges using the"
            " 4000000000000077 test card.",
            code="balance_insufficient",
        )


def _credit(world: World, account: str, amount: int) -> None:
    row = accounts.get(world, account)
    row["_balance"] += amount
    world.store.put("account", account, row)


def _book(world: World, kind: str, source: str, amount: int, currency: str) -> str:
    entry = balance.book(world, kind=kind, source=source, amount=amount, currency=currency)
    return str(entry["id"])
