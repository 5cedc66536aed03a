from __future__ import annotations

import re
from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.paypal.errors import malformed, refused

CURRENCIES = frozenset(
    "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD"
    .split()
)  # fmt: skip
WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
_VALUE = re.compile(r"-?\d+(?:\.(\d+))?")


def read(raw: Any, field: str, *, code_name: str = "currency_code") -> tuple[int, str]:
    """Minor units and currency of PayPal's money object; `code_name` differs in payouts."""
    if not isinstance(raw, dict) or not raw.get("value") or not raw.get(code_name):
        raise malformed("MISSING_REQUIRED_PARAMETER", "A required field is missing.", field=field)
    value, currency = raw["value"], raw[code_name]
    if currency not in CURRENCIES:
        raise malformed(
            "INVALID_CURRENCY_CODE",
            "Currency code is invalid or is not currently supported.",
            field=f"{field}/{code_name}",
            value=str(currency),
        )
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise malformed(
            "INVALID_PARAMETER_SYNTAX",
            "The value of a field does not conform to the expected format.",
            field=f"{field}/value",
            value=str(value),
        )
    decimals = len(found[1] or "")
    if currency in WITHOUT_DECIMALS:
        if decimals:
            raise refused(
                "DECIMALS_NOT_SUPPORTED", "Currency does not support decimals.", field=field
            )
        return int(value), currency
    if decimals != 2:
        raise refused(
            "DECIMAL_PRECISION",
            "If the currency supports decimals, only two decimal place precision is supported.",
            field=f"{field}/value",
            value=value,
        )
    return int(value.replace(".", "")), currency


def value(minor: int, currency: str) -> str:
    if currency in WITHOUT_DECIMALS:
        return str(minor)
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def money(minor: int, currency: str) -> Json:
    return {"currency_code": currency, "value": value(minor, currency)}


def payout_money(minor: int, currency: str) -> Json:
    return {"currency": currency, "value": value(minor, currency)}


def minor_of(amount: Json) -> int:
    """Of a money object made here."""
    return int(amount["value"].replace(".", ""))
