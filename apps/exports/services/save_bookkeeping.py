from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.exports.datev.standard import Revenue
from apps.exports.models import Bookkeeping, RevenueAccount
from apps.trail.record import record


@transaction.atomic
def save_bookkeeping(
    numbers: Bookkeeping, revenue: Mapping[Decimal, Revenue], *, actor: str, at: datetime
) -> None:
    """For what is exported from now on; files that were taken say what they said."""
    numbers.save()
    RevenueAccount.objects.filter(bookkeeping=numbers).delete()
    RevenueAccount.objects.bulk_create(
        RevenueAccount(
            bookkeeping=numbers, rate=rate, account=to.account, key=to.key, discounts=to.discounts
        )
        for rate, to in revenue.items()
    )
    record("bookkeeping.change", about=numbers, actor=actor, at=at)
