"""What a document says before it has a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.core.money import Money
from apps.invoices.kinds import Category, Kind
from apps.invoices.models.invoice import Invoice, InvoiceLine
from apps.invoices.parties import Party


class NothingToSay(Exception):
    """All of it was said by other documents, or there is no money in it."""


class TooEarly(Exception):
    """A document it refers to has no number yet."""


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    quantity: int
    gross: int
    tax: int
    rate: Decimal
    category: Category = Category.STANDARD
    detail: str = ""
    is_part: bool = False
    discount: int = 0  # taken off beforehand by a code, and in no other sum
    order_line: int | None = None
    event: int | None = None
    account: str = ""

    @property
    def net(self) -> int:
        return self.gross - self.tax


@dataclass(frozen=True, slots=True)
class Content:
    kind: Kind
    recipient: Party
    items: Sequence[Item]
    language: str
    currency: str
    supplied: tuple[date, date]
    notes: Sequence[str] = ()
    payment: str = ""
    refers_to: Invoice | None = None

    @property
    def gross(self) -> Money:
        return Money(sum(item.gross for item in self.items), self.currency)


@dataclass(slots=True)
class Left:
    """Of a line of an invoice, after what was credited."""

    line: InvoiceLine
    quantity: int
    gross: int
    tax: int


@dataclass(frozen=True, slots=True)
class RateSum:
    rate: Decimal
    category: Category
    net: Money
    tax: Money
    gross: Money


@dataclass(slots=True)
class _Sum:
    net: int = 0
    tax: int = 0
    gross: int = field(default=0)


def left_of(invoice: Invoice) -> list[Left]:
    """What no credit note has taken back yet, line by line."""
    left = {
        line.order_line_id: Left(line, line.quantity, line.gross_minor, line.tax_minor)
        for line in invoice.lines.order_by("position")
    }
    for line in InvoiceLine.objects.filter(invoice__refers_to=invoice):
        part = left[line.order_line_id]
        part.gross -= line.gross_minor
        part.tax -= line.tax_minor
        if not line.is_part:
            part.quantity -= line.quantity
    return [part for part in left.values() if part.quantity > 0 or part.gross]


def sums_by_rate(invoice: Invoice) -> list[RateSum]:
    """The lines' own tax, summed: so it equals the order's and its tax report, to the cent."""
    sums: dict[tuple[Decimal, str], _Sum] = {}
    for line in invoice.lines.all():
        one = sums.setdefault((line.tax_rate, line.category), _Sum())
        one.net += line.net_minor
        one.tax += line.tax_minor
        one.gross += line.gross_minor
    return [
        RateSum(
            rate,
            Category(category),
            Money(one.net, invoice.currency),
            Money(one.tax, invoice.currency),
            Money(one.gross, invoice.currency),
        )
        for (rate, category), one in sorted(sums.items())
    ]
