from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import CurrencyMismatch, Money, exponent


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2)])
def test_the_exponent_is_the_currencys(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


def test_major_units_never_pass_through_floats() -> None:
    assert Money.of("19.99", "EUR") == eur(1999)
    assert Money.of("500", "JPY") == Money(500, "JPY")
    with pytest.raises(ValueError, match="too many decimals"):
        Money.of("0.999", "EUR")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        eur(1) + Money(1, "USD")


@pytest.mark.parametrize(("minor", "fee"), [(1000, 50), (30, 2), (10, 1), (9, 0), (0, 0)])
def test_percent_rounds_half_up(minor: int, fee: int) -> None:
    assert eur(minor).percent(Decimal(5)) == eur(fee)


def test_the_tax_is_contained_in_the_gross() -> None:
    assert eur(7600).included_tax(Decimal(7)) == eur(497)


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
)
def test_allocating_loses_no_cent_and_stays_within_one(minor: int, weights: list[int]) -> None:
    shares = [share.minor for share in eur(minor).allocate(weights)]
    assert sum(shares) == minor
    exact = [Decimal(minor) * w / sum(weights) for w in weights]
    assert all(abs(share - due) < 1 for share, due in zip(shares, exact, strict=True))
