"""The account numbers of the two usual charts, before an accountant has said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.exports.models.bookkeeping import ACCOUNTS, Chart

# In the order of ACCOUNTS. Source: DATEV-Kontenrahmen SKR 03 and SKR 04.
_NUMBERS = {
    Chart.SKR03: (
        "1500", "1000", "1360", "1360", "4760", "4970", "2400", "1700", "4900", "1590",
    ),
    Chart.SKR04: (
        "1300", "1600", "1460", "1460", "6770", "6855", "6930", "3500", "6300", "1370",
    ),
}  # fmt: skip
# Automatic ones: DATEV takes the tax out by itself, so they bear no key.
_REVENUE = {
    Chart.SKR03: {"19": "8400", "7": "8300", "0": "8100"},
    Chart.SKR04: {"19": "4400", "7": "4300", "0": "4100"},
}
KEY_OF_FEES = "9"  # 19 % input tax; the platform's VAT is contained in its fees


@dataclass(frozen=True, slots=True)
class Revenue:
    """Where sales of a rate go; see models.RevenueAccount."""

    account: str
    key: str = ""
    discounts: str = ""


def accounts(chart: str, length: int) -> Mapping[str, str]:
    """By column of Bookkeeping."""
    numbers = _NUMBERS[Chart(chart)]
    return {name: number.ljust(length, "0") for name, number in zip(ACCOUNTS, numbers, strict=True)}


def revenue(chart: str, length: int) -> Mapping[Decimal, Revenue]:
    """By rate."""
    found = _REVENUE[Chart(chart)].items()
    return {Decimal(rate): Revenue(number.ljust(length, "0")) for rate, number in found}
