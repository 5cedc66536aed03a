"""Stripe's way of writing amounts: whole numbers, but not always of ISO's minor unit."""

from __future__ import annotations

from django.conf import settings

from apps.core.money import Money, exponent
from apps.payments.gateways.errors import Unsupported

# docs.stripe.com/currencies: no decimals at Stripe; all others that are not here have two or three.
_WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD JOD KWD OMR TND".split())
_LARGEST = 99_999_999
# The least that can be charged, in Stripe's unit; elsewhere Stripe says so itself.
_SMALLEST = {
    "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
    "HKD": 400, "HUF": 17500, "JPY": 50, "MXN": 1000, "NOK": 300, "NZD": 50, "PLN": 200,
    "RON": 200, "SEK": 300, "SGD": 50, "USD": 50,
}  # fmt: skip


def _digits(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def to_stripe(money: Money) -> int:
    """
    :raises Unsupported: more decimals than Stripe takes.
    """
    up, down = _factors(money.currency)
    if money.minor % down:
        raise Unsupported("decimals")
    amount = money.minor * up // down
    if money.currency in _THOUSANDTHS and amount % 10:
        raise Unsupported("decimals")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """currency: as Stripe writes it, lower case."""
    code = currency.upper()
    up, down = _factors(code)
    return Money(amount * down // up, code)


def _factors(currency: str) -> tuple[int, int]:
    """Stripe's amount = minor units x the first / the second."""
    ours, theirs = exponent(currency), _digits(currency)
    return int(10 ** max(theirs - ours, 0)), int(10 ** max(ours - theirs, 0))


def is_set_up() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def check(total: Money) -> None:
    if not is_set_up():
        raise Unsupported("not_configured")
    if not _SMALLEST.get(total.currency, 1) <= to_stripe(total) <= _LARGEST:
        raise Unsupported("amount")
