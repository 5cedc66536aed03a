"""Money is an integer of minor units and an ISO 4217 code. No floats, no implicit exchange."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency
from django.utils.translation import get_language

_NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
# ISO counts hundredths of these; in life, and at PayPal, there are none.
_WHOLE_IN_LIFE = frozenset("HUF TWD".split())


def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217)."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def coin(currency: str) -> int:
    """The smallest sum that can be sent to somebody, in minor units."""
    return 100 if currency in _WHOLE_IN_LIFE else 1


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: a bug, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> Money:
        """
        From major units ("19.99").

        :raises ValueError: when the amount has more decimals than the currency.
        """
        scaled = Decimal(amount).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} has too many decimals for {currency}")
        return cls(int(scaled), currency)

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return _written(self, get_language() or "en")

    def plain(self) -> str:
        """Digits with a point, as providers and CSV want it: "19.99", "500"."""
        return f"{self.major:.{exponent(self.currency)}f}"

    def in_coins(self) -> Money:
        """The most of it that can be sent to somebody."""
        return Money(self.minor - self.minor % coin(self.currency), self.currency)

    def percent(self, rate: Decimal) -> Money:
        """rate per cent of it, rounded half up."""
        return Money(half_up(Decimal(self.minor) * rate / 100), self.currency)

    def included_tax(self, rate: Decimal) -> Money:
        """The tax that a gross price at this rate contains."""
        return Money(half_up(Decimal(self.minor) * rate / (100 + rate)), self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split in proportion to the weights without losing a unit (largest remainder)."""
        total = sum(weights)
        if total <= 0:
            raise ValueError("weights must sum to more than zero")
        shares = [self.minor * w // total for w in weights]
        remainders = [self.minor * w % total for w in weights]
        order = sorted(range(len(weights)), key=lambda i: -remainders[i])
        for i in order[: self.minor - sum(shares)]:
            shares[i] += 1
        return [Money(s, self.currency) for s in shares]


@lru_cache(maxsize=8192)  # a page names the same few prices again and again
def _written(money: Money, language: str) -> str:
    return format_currency(money.major, money.currency, locale=language)


def total(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
