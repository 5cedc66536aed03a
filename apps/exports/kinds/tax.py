"""
The tax report: by event, where it was sold, and rate. A sale counts when it was paid, what went back when
that was decided; so the totals are those of the ledger's sales and refunds of the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.events.models import Event
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.scope import Scope
from apps.orders.models import OrderLine, OrderRefundLine
from apps.orders.states import Channel, OrderState

_SOLD = (OrderState.PAID, OrderState.COMPLETED)
_Key = tuple[int, str, Decimal, str]  # event, where, rate, currency


@dataclass(slots=True)
class _Sums:
    tickets: int = 0
    sold: int = 0
    sold_tax: int = 0
    discount: int = 0
    fee: int = 0
    back: int = 0
    back_tax: int = 0


@dataclass(frozen=True, slots=True)
class TaxRow:
    event: Event
    where: str
    rate: Decimal
    sold: Money
    sold_tax: Money
    back: Money  # below zero
    back_tax: Money
    tickets: int
    discount: Money  # taken off before; in none of the others
    fee: Money  # of the platform, in what was sold

    @property
    def gross(self) -> Money:
        return self.sold + self.back

    @property
    def tax(self) -> Money:
        return self.sold_tax + self.back_tax

    @property
    def net(self) -> Money:
        return self.gross - self.tax


def tax_rows(scope: Scope) -> Iterator[TaxRow]:
    """One for each event, place of sale, rate and currency: few, however much was sold."""
    sums = dict(_sold(scope))
    for key, (back, back_tax) in _given_back(scope):
        of_key = sums.setdefault(key, _Sums())
        of_key.back, of_key.back_tax = back, back_tax
    events = Event.objects.in_bulk({event for event, *_rest in sums})
    for (event, where, rate, currency), one in sorted(sums.items()):
        yield TaxRow(
            event=events[event],
            where=where,
            rate=rate,
            tickets=one.tickets,
            sold=Money(one.sold, currency),
            sold_tax=Money(one.sold_tax, currency),
            back=Money(-one.back, currency),
            back_tax=Money(-one.back_tax, currency),
            discount=Money(one.discount, currency),
            fee=Money(one.fee, currency),
        )


def _sold(scope: Scope) -> Iterator[tuple[_Key, _Sums]]:
    rows = OrderLine.objects.filter(order__state__in=_SOLD, total_minor__gt=0)
    rows = scope.owned(rows, organizer="order__organizer", event="order__event")
    grouped = _grouped(scope.within(rows, "order__paid_at"), line="")
    summed = ("quantity", "total_minor", "tax_minor", "discount_minor", "fee_minor")
    for event, where, rate, currency, *sums in grouped.annotate(*map(Sum, summed)):
        yield (event, where, rate, currency), _Sums(*sums)


def _given_back(scope: Scope) -> Iterator[tuple[_Key, tuple[int, int]]]:
    rows = OrderRefundLine.objects.filter(amount_minor__gt=0)
    rows = scope.owned(rows, organizer="line__order__organizer", event="line__order__event")
    grouped = _grouped(scope.within(rows, "order_refund__created_at"), line="line__")
    for *key, amount, tax in grouped.annotate(Sum("amount_minor"), Sum("tax_minor")):
        yield _key(key), (amount, tax)


def _grouped(rows: QuerySet[Any], *, line: str) -> QuerySet[Any]:
    """line: the path to the order's line."""
    at_the_door = When(**{f"{line}order__channel": Channel.BOX_OFFICE}, then=Value("door"))
    marked = rows.annotate(where=Case(at_the_door, default=Value("online")))
    keys = (f"{line}order__event", "where", f"{line}tax_rate", f"{line}order__currency")
    grouped: QuerySet[Any] = marked.order_by().values_list(*keys)
    return grouped


def _key(parts: list[Any]) -> _Key:
    event, where, rate, currency = parts
    return event, where, rate, currency


def _report(scope: Scope) -> Iterator[Row]:
    for row in tax_rows(scope):
        yield [
            row.event.title,
            row.event.starts_at,
            _now("Box office") if row.where == "door" else _now("Online"),
            row.rate,
            row.tickets,
            row.sold.currency,
            row.discount,
            row.sold,
            row.back,
            row.gross,
            row.net,
            row.tax,
            row.fee,
        ]


TAX = Kind(
    name="tax",
    title=_("Tax report"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(
        _("Event"),
        _("Begins"),
        _("Sold at"),
        _("Tax rate in %"),
        _("Tickets"),
        _("Currency"),
        _("Discount"),
        _("Sold"),
        _("Given back"),
        _("Gross"),
        _("Net"),
        _("Tax"),
        _("Platform fee of what was sold"),
    ),
    rows=_report,
)
