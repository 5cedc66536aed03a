"""PayPal writes amounts as text, with two decimals or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from apps.core.money import Money
from apps.payments.gateways.errors import Unsupported

CURRENCIES = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split()
)
# ISO gives HUF and TWD two decimals; PayPal answers DECIMALS_NOT_SUPPORTED.
_WHOLE = frozenset({"HUF", "JPY", "TWD"})


def value(money: Money) -> str:
    if money.currency not in _WHOLE:
        return money.plain()
    if money.major % 1:
        raise Unsupported("decimals")
    return str(int(money.major))


def to_paypal(money: Money) -> dict[str, str]:
    return {"currency_code": money.currency, "value": value(money)}


def from_paypal(seen: dict[str, Any]) -> Money:
    return Money.of(Decimal(seen["value"]), seen.get("currency_code") or seen["currency"])


def is_set_up() -> bool:
    return bool(settings.PAYPAL_CLIENT_ID and settings.PAYPAL_CLIENT_SECRET)


def check(total: Money) -> None:
    if not is_set_up():
        raise Unsupported("not_configured")
    if total.currency not in CURRENCIES or total.minor <= 0:
        raise Unsupported("amount")
    value(total)
