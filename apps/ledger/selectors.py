from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.core.money import Money
from apps.ledger.chart import Code
from apps.ledger.models import Entry


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of an account, with the fact behind it."""

    kind: str
    subject: str
    at: datetime
    amount: Money  # debit is positive


def movements(code: Code, currency: str, *, after: int, up_to: int) -> list[Movement]:
    """The entries of an account with after < id <= up_to, in their order."""
    rows = (
        Entry.objects.filter(account__code=code, account__currency=currency)
        .filter(id__gt=after, id__lte=up_to)
        .order_by("id")
        .values_list("posting__kind", "posting__subject", "posting__at", "amount_minor")
    )
    return [Movement(kind, subject, at, Money(n, currency)) for kind, subject, at, n in rows]
