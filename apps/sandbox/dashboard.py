"""What somebody does in a provider's dashboard, or the provider by itself: nobody asked for it by API."""

from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id, stripe_id
from apps.sandbox.paypal import book, refunds
from apps.sandbox.paypal.call import Call as PayPalCall
from apps.sandbox.paypal.errors import PayPalError
from apps.sandbox.paypal.money import money
from apps.sandbox.stripe import balance
from apps.sandbox.stripe import refunds as stripe_refunds
from apps.sandbox.stripe.call import Call as StripeCall
from apps.sandbox.stripe.errors import StripeError
from apps.sandbox.world import World

# What moves a balance, and what each provider calls it. Below zero it leaves.
MOVES = {
    "payment": ("charge", "T0006"),
    "fee": ("stripe_fee", "T0106"),
    "bank": ("payout", "T0400"),
    "other": ("adjustment", "T2301"),
}


def move_money(world: World, provider: str, what: str, amount: int, currency: str = "EUR") -> str:
    """A line of the statement that no payment, refund or payout explains; its id."""
    type_, code = MOVES[what]
    if provider == "stripe":
        source = {"charge": "ch", "payout": "po"}.get(type_, "")
        entry = balance.book(
            world,
            kind=type_,
            source=stripe_id(source) if source else None,
            amount=int(amount),
            currency=currency.lower(),
        )
        return str(entry["id"])
    line = book.Entry(paypal_id(), code, int(amount), 0, currency.upper())
    return str(book.enter(world, line)["id"])


def refund_there(world: World, provider: str, of: str, amount: int = 0) -> str:
    """Of a charge or capture; 0: all that is left. Its id."""
    try:
        if provider == "stripe":
            wanted = {"charge": of} | ({"amount": str(amount)} if amount else {})
            return str(stripe_refunds.create(StripeCall(world, wanted))["id"])
        capture = world.store.need("capture", of)
        currency = capture["amount"]["currency_code"]
        body = {"amount": money(int(amount), currency)} if amount else {}
        _status, refund = refunds.create(PayPalCall(world, body, b"", {}), of)
        return str(refund["id"])
    except (StripeError, PayPalError) as error:
        raise ValueError(str(error)) from error


def restate(
    world: World, provider: str, of: str, amount: int = 0, fee: int = 0, currency: str = ""
) -> None:
    """
    The line about a charge, capture or payout says so much more (below zero: less), cost so much more, or
    was exchanged into another currency; the balance follows.
    """
    row = _line(world, provider, of)
    if currency:
        row["currency"] = currency.lower() if provider == "stripe" else currency.upper()
    if provider == "stripe":
        row["amount"] += int(amount)
        row["fee"] += int(fee)
        row["net"] = row["amount"] - row["fee"]
        world.store.put("balance_transaction", row["id"], row)
    else:
        row["amount"] += int(amount)
        row["fee"] -= int(fee)
        row["net"] = row["amount"] + row["fee"]
        world.store.put("paypal_entry", row["id"], row)


def lose_line(world: World, provider: str, of: str) -> None:
    """The money never came (or never left), whatever the provider said of it."""
    kind = "balance_transaction" if provider == "stripe" else "paypal_entry"
    world.store.delete(kind, _line(world, provider, of)["id"])


def allow_reports(world: World, allowed: str = "") -> None:
    """May the account read PayPal's reports? "" as an answer of a form: no."""
    if allowed:
        world.store.delete("switch", "paypal_reports")
    else:
        world.store.put("switch", "paypal_reports", {"allowed": False})


def _line(world: World, provider: str, of: str) -> Json:
    if provider == "stripe":
        rows = world.store.newest("balance_transaction", source=of)
    else:
        rows = [row for row in world.store.newest("paypal_entry") if of in _names(row)]
    if not rows:
        raise ValueError(f"no line about {of}")
    return rows[-1]


def _names(row: Json) -> tuple[str, ...]:
    return row["id"], row["custom"]
