from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from apps.core.money import Money
from apps.ledger.chart import Code
from apps.ledger.models import Entry

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of an account, with the fact behind it."""

    kind: str
    subject: str
    at: datetime
    amount: Money  # debit is positive


def released_since(code: Code, currency: str, *, since: datetime, after: int) -> Money:
    """
    What sales brought to an available account; below zero never.

    after: an entry that was booked before `since`, so that older ones need no look.
    """
    found = Entry.objects.filter(
        account__code=code,
        account__currency=currency,
        id__gt=after,
        posting__kind="release",
        posting__at__gte=since,
    ).aggregate(sum=Sum("amount_minor"))
    return Money(-(found["sum"] or 0), currency)


def movements_in_chunks(
    code: Code, currency: str, *, after: int, up_to: int
) -> Iterator[list[Movement]]:
    """The same in chunks, for any number of them."""
    while rows := list(_read(code, currency, after=after, up_to=up_to)[:CHUNK]):
        yield [Movement(kind, subject, at, Money(n, currency)) for _, kind, subject, at, n in rows]
        after = rows[-1][0]


def movements(code: Code, currency: str, *, after: int, up_to: int) -> list[Movement]:
    """The entries of an account with after < id <= up_to, in their order."""
    rows = _read(code, currency, after=after, up_to=up_to)
    return [Movement(kind, subject, at, Money(n, currency)) for _, kind, subject, at, n in rows]


def _read(code: Code, currency: str, *, after: int, up_to: int) -> Any:
    return (
        Entry.objects.filter(account__code=code, account__currency=currency)
        .filter(id__gt=after, id__lte=up_to)
        .order_by("id")
        .values_list("id", "posting__kind", "posting__subject", "posting__at", "amount_minor")
    )
