from __future__ import annotations

from dataclasses import asdict, dataclass

from apps.sandbox.http import Json
from apps.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account statement; amounts are signed minor units."""

    id: str  # PayPal's transaction id
    code: str  # PayPal's transaction event code
    amount: int
    fee: int
    currency: str
    invoice: str = ""
    custom: str = ""
    reference: str = ""


def enter(world: World, entry: Entry) -> Json:
    line = asdict(entry) | {"net": entry.amount + entry.fee, "at": world.now()}
    return world.store.put("paypal_entry", entry.id, line)


def balance(world: World, currency: str) -> int:
    return world.store.total("paypal_entry", "net", currency=currency)


def balances(world: World) -> dict[str, int]:
    currencies = {entry["currency"] for entry in world.store.oldest("paypal_entry")} or {"EUR"}
    return {currency: balance(world, currency) for currency in sorted(currencies)}
