"""
The fees of a month, from the ledger: what the platform kept of this organizer's sales, less what it
gave back, and the providers' fees the organizer bears by contract, event by event. What earlier
invoices have billed is taken off, so a posting of an old month that came late is billed with the next
and nothing is billed twice.

The fee is gross: it was taken out of what buyers paid, and the platform's VAT is contained in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Organizer
from apps.core import countries
from apps.core.money import Money
from apps.invoices import law
from apps.invoices.content import Content, Item, NothingToSay
from apps.invoices.kinds import Category, Kind
from apps.invoices.models import Draft, LegalEntity
from apps.invoices.parties import of_entity
from apps.invoices.vat import is_refused

# Beginning with the organizer's orders: their postings are found by subject.
_BOOKED = """
    SELECT o.event_id, split_part(a.code, ':', 2) AS whose, n.amount_minor < 0 AS charged,
           v.title, -sum(n.amount_minor)::bigint, count(DISTINCT o.id) FILTER (WHERE p.at >= %(start)s)
    FROM orders_order o
    JOIN ledger_posting p ON p.subject = 'orders.order:' || o.id
    JOIN ledger_entry n ON n.posting_id = p.id
    JOIN ledger_ledgeraccount a ON a.id = n.account_id
    JOIN events_event v ON v.id = o.event_id
    WHERE o.organizer_id = %(organizer)s AND o.currency = %(currency)s
      AND a.currency = %(currency)s AND p.at < %(end)s
      AND (a.code = 'fee:platform'
           OR (a.code LIKE 'fee:provider:%%'
               AND p.kind IN ('provider_fee_passed_on', 'provider_fee_given_back')))
    GROUP BY o.event_id, v.title, v.starts_at, whose, charged
    ORDER BY v.starts_at, o.event_id, whose, charged DESC
"""
_BILLED = """
    SELECT l.event_id, l.account, l.signed > 0 AS charged, sum(l.signed)::bigint
    FROM (
        SELECT l.event_id, l.account, l.gross_minor * CASE i.kind WHEN 'fee_credit' THEN -1 ELSE 1 END AS signed
        FROM invoices_invoice i JOIN invoices_invoiceline l ON l.invoice_id = i.id
        WHERE i.organizer_id = %(organizer)s AND i.currency = %(currency)s
          AND i.kind IN ('fee_invoice', 'fee_credit')
    ) l
    GROUP BY l.event_id, l.account, charged
"""


@dataclass(frozen=True, slots=True)
class Fee:
    """Of one event: charged, above zero, or given back, below."""

    event: int
    whose: str  # "platform", or the "provider"'s, passed on by contract
    title: str
    minor: int
    orders: int


def unbilled(organizer: int, currency: str, start: datetime, end: datetime) -> list[Fee]:
    """What was booked before the end and is on no invoice yet."""
    values: dict[str, Any] = {
        "organizer": organizer,
        "currency": currency,
        "start": start,
        "end": end,
    }
    billed = _billed(values)
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, values)
        found = [
            Fee(event, whose, title, minor - billed.get((event, whose, charged), 0), orders)
            for event, whose, charged, title, minor, orders in cursor.fetchall()
        ]
    return [fee for fee in found if fee.minor]


def _billed(values: Mapping[str, Any]) -> dict[tuple[int, str, bool], int]:
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, values)
        return {(event, whose, plus): minor for event, whose, plus, minor in cursor.fetchall()}


def bounds(month: date, platform: LegalEntity) -> tuple[datetime, datetime]:
    """Of the month on the platform's clock."""
    zone = countries.zone_of(platform.country)
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(following.year, following.month, 1, tzinfo=zone),
    )


def of_month(draft: Draft, issuer: LegalEntity) -> Content:
    """
    :raises NothingToSay: all of it was billed meanwhile.
    """
    organizer = draft.organizer
    month = draft.month
    assert month is not None  # noqa: S101 - a constraint
    start, end = bounds(month, issuer)
    fees = unbilled(organizer.pk, draft.currency, start, end)
    if not fees:
        raise NothingToSay
    total = sum(fee.minor for fee in fees)
    sign = -1 if total < 0 else 1
    with translation.override(organizer.language):
        category, rate, notes = _tax(organizer, issuer)
        taxes = _taxes([sign * fee.minor for fee in fees], draft.currency, rate)
        return Content(
            kind=Kind.FEE_CREDIT if total < 0 else Kind.FEE_INVOICE,
            recipient=of_entity(organizer.legal_entity),
            items=list(_items(fees, taxes, sign, (category, rate))),
            language=organizer.language,
            currency=draft.currency,
            supplied=(month, (end - timedelta(days=1)).date()),
            notes=notes,
            payment="kept",
        )


def _tax(organizer: Organizer, issuer: LegalEntity) -> tuple[Category, Decimal, list[str]]:
    if issuer.small_business:
        return Category.EXEMPT, Decimal(0), [law.small_business_note(issuer.country)]
    known = not is_refused(organizer.legal_entity.vat_id)
    if law.is_reverse_charged(issuer, organizer.legal_entity, known=known):
        return Category.REVERSE_CHARGE, Decimal(0), [law.reverse_charge_note()]
    if not issuer.tax_rate:
        return Category.EXEMPT, Decimal(0), [law.exemption_note(issuer)]
    return Category.STANDARD, issuer.tax_rate, []


def _taxes(grosses: list[int], currency: str, rate: Decimal) -> list[int]:
    """Rounded once, for the whole invoice, and spread over its lines."""
    whole = Money(sum(grosses), currency)
    if not whole.minor:
        return [0 for _gross in grosses]
    return [share.minor for share in whole.included_tax(rate).allocate(grosses)]


def _items(
    fees: list[Fee], taxes: list[int], sign: int, tax: tuple[Category, Decimal]
) -> Iterator[Item]:
    category, rate = tax
    for fee, tax_minor in zip(fees, taxes, strict=True):
        gross = sign * fee.minor
        yield Item(
            text=fee.title,
            detail=_words(fee),
            quantity=1 if gross > 0 else -1,
            gross=gross,
            tax=tax_minor,
            rate=rate,
            category=category,
            event=fee.event,
            account=fee.whose,
        )


def _words(fee: Fee) -> str:
    if fee.whose == "provider":
        return _("Payment providers' fees") if fee.minor > 0 else _("Providers' fees given back")
    if fee.minor < 0:
        return _("Fees given back with refunds")
    charged = ngettext("Fee for %(count)d order", "Fees for %(count)d orders", fee.orders)
    return charged % {"count": fee.orders}
