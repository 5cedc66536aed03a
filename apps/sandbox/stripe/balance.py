from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe.call import Call, public
from apps.sandbox.stripe.errors import no_such
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

FEE_PER_MILLE = 15
FEE_FIXED_MINOR = 25


def processing_fee(amount: int) -> int:
    """1.5 % rounded half up, and 25 of the smallest unit."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_MINOR


def book(
    world: World,
    *,
    kind: str,
    source: str | None,
    amount: int,
    currency: str,
    fee: int = 0,
) -> Json:
    """A balance transaction; `amount` is signed, `net` is what the balance changes by."""
    created = world.now()
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    key = stripe_id("txn")
    wait_seconds = world.options.available_seconds if kind == "charge" else 0
    available_on = created + int(wait_seconds)
    return world.store.put(
        "balance_transaction",
        key,
        {
            "id": key,
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "created": created,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": kind,
            "source": source,
            "status": "available" if available_on <= created else "pending",
            "type": kind,
        },
    )


def available(world: World, currency: str) -> int:
    rows = world.store.newest("balance_transaction", currency=currency)
    return sum(row["net"] for row in rows if row["available_on"] <= world.now())


def sums(world: World) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = {}
    for row in world.store.oldest("balance_transaction"):
        pair = sums.setdefault(row["currency"], [0, 0])
        pair[row["available_on"] > world.now()] += row["net"]
    return sums or {"eur": [0, 0]}


def retrieve(call: Call) -> Json:
    if call.account:
        account = call.world.store.get("account", call.account)
        if account is None:
            raise no_such("account", call.account)
        totals = {account["_currency"]: [account["_balance"], 0]}
    else:
        totals = sums(call.world)
    return {
        "object": "balance",
        "available": [_amount(currency, pair[0]) for currency, pair in totals.items()],
        "livemode": False,
        "pending": [_amount(currency, pair[1]) for currency, pair in totals.items()],
    }


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve_transaction(call: Call, key: str) -> Json:
    found = call.world.store.get("balance_transaction", key)
    if found is None:
        raise no_such("balance transaction", key)
    return public(_with_status(call.world, found))


def find_transactions(call: Call) -> Json:
    filters = ("currency", "type", "source")
    rows = matching(call, "balance_transaction", filters)
    rows = [_with_status(call.world, row) for row in rows]
    return page(call, rows, "/v1/balance_transactions", filters=filters)


def _with_status(world: World, row: Json) -> Json:
    return row | {"status": "available" if row["available_on"] <= world.now() else "pending"}
