from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.fees import Band, Terms
from apps.core.money import CurrencyMismatch, Money
from apps.events.models import Event
from apps.variants.models import Variant
from apps.variants.pricing import quote

FIVE = Terms((Band(Decimal(5)),))


def variant(price_minor: int, *, tax: str = "7", currency: str = "EUR") -> Variant:
    event = Event(currency=currency)
    return Variant(event=event, price_minor=price_minor, tax_rate=Decimal(tax))


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def test_tax_and_fee_are_contained_in_the_price() -> None:
    result = quote([(variant(2800), 2)], terms=FIVE)
    (line,) = result.lines
    assert result.total == line.total == euros(5600)
    assert line.unit_price == euros(2800)
    assert result.tax == line.tax == euros(366)  # 5600 * 7 / 107 = 366.36
    assert result.fee == line.fee == euros(280)


def test_the_fee_is_rounded_half_up_once_for_the_whole_order() -> None:
    # 3 lines of 10 cents at 5 %: 0.5 each; alone they would make 3 cents, together they are 1.5.
    result = quote([(variant(10), 1), (variant(10), 1), (variant(10), 1)], terms=FIVE)
    assert result.fee == euros(2)
    assert [line.fee.minor for line in result.lines] == [1, 1, 0]


def test_the_largest_remainder_gets_the_cent() -> None:
    result = quote([(variant(1000), 1), (variant(999), 1), (variant(1), 1)], terms=FIVE)
    assert result.fee == euros(100)
    assert [line.fee.minor for line in result.lines] == [50, 50, 0]


def test_free_lines_bear_no_fee() -> None:
    result = quote([(variant(0), 3), (variant(3333), 1)], terms=FIVE)
    assert [line.fee.minor for line in result.lines] == [0, 167]
    assert quote([(variant(0), 3)], terms=FIVE).fee == euros(0)


def test_each_line_has_its_own_tax_rate() -> None:
    result = quote([(variant(1190, tax="19"), 1), (variant(1070), 1)], terms=FIVE)
    assert [line.tax.minor for line in result.lines] == [190, 70]
    assert result.tax == euros(260)


def test_a_currency_without_decimals_is_counted_whole() -> None:
    result = quote([(variant(3333, currency="JPY"), 1)], terms=FIVE)
    assert result.fee == Money(167, "JPY")


def test_nothing_selected_has_no_price() -> None:
    with pytest.raises(ValueError, match="nothing to price"):
        quote([], terms=FIVE)


def test_two_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        quote([(variant(100), 1), (variant(100, currency="CHF"), 1)], terms=FIVE)
