"""The account numbers an organizer's bookings go to: as its accountant said, or as is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.accounts.models import Organizer
from apps.exports.datev import standard
from apps.exports.datev.standard import Revenue
from apps.exports.models import Bookkeeping, RevenueAccount


@dataclass(frozen=True, slots=True)
class Books:
    numbers: Bookkeeping
    revenue: Mapping[Decimal, Revenue]


def bookkeeping_of(organizer: Organizer) -> Bookkeeping:
    """As it was saved, or as is usual, to be filled in; nothing is written."""
    found = Bookkeeping.objects.filter(organizer=organizer).first()
    if found is not None:
        return found
    numbers = standard.accounts("03", 4)
    return Bookkeeping(organizer=organizer, fees_key=standard.KEY_OF_FEES, **numbers)


def books_of(organizer: Organizer) -> Books:
    numbers = bookkeeping_of(organizer)
    return Books(numbers, revenue_of(numbers))


def revenue_of(numbers: Bookkeeping) -> Mapping[Decimal, Revenue]:
    if numbers._state.adding:
        return standard.revenue(numbers.chart, numbers.account_length)
    rows = RevenueAccount.objects.filter(bookkeeping=numbers).order_by("-rate")
    return {row.rate: Revenue(row.account, row.key, row.discounts) for row in rows}


def year_of(day: date, numbers: Bookkeeping) -> date:
    """The first day of the fiscal year this day is in."""
    begins = date(day.year, numbers.year_begins, 1)
    return begins if begins <= day else begins.replace(year=day.year - 1)
