"""On the first of a month: the fees of the last one, one document per organizer and currency."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection

from apps.core import countries
from apps.invoices.kinds import Kind
from apps.invoices.models import Draft, LegalEntity
from apps.invoices.services.compose_fees import bounds, unbilled

# Whose sales had a fee booked in this time, in which currency.
_WITH_FEES = """
    SELECT DISTINCT o.organizer_id, o.currency
    FROM ledger_ledgeraccount a
    JOIN ledger_entry n ON n.account_id = a.id
    JOIN ledger_posting p ON p.id = n.posting_id
    JOIN orders_order o ON p.subject = 'orders.order:' || o.id
    WHERE a.code LIKE 'fee:p%%' AND p.kind <> 'provider_fee' AND p.at >= %(start)s AND p.at < %(end)s
    ORDER BY 1, 2
"""


def month_before(at: datetime, platform: LegalEntity) -> date:
    today = at.astimezone(countries.zone_of(platform.country)).date()
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def bill_fees(platform: LegalEntity, month: date, *, at: datetime) -> int:
    """Drafts for a month that is over; run twice it makes none. How many are new."""
    start, end = bounds(month, platform)
    if at < end:
        raise ValueError(f"{month:%Y-%m} is not over")
    before = Draft.objects.filter(month=month).count()
    Draft.objects.bulk_create(
        [
            Draft(
                key=f"fees:{organizer}:{month:%Y-%m}:{currency}",
                kind=Kind.FEE_INVOICE,
                organizer_id=organizer,
                month=month,
                currency=currency,
                created_at=at,
            )
            for organizer, currency in _with_fees(start, end)
            if unbilled(organizer, currency, start, end)
        ],
        ignore_conflicts=True,
    )
    return Draft.objects.filter(month=month).count() - before


def _with_fees(start: datetime, end: datetime) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WITH_FEES, {"start": start, "end": end})
        return [(organizer, currency) for organizer, currency in cursor.fetchall()]
