"""From an order or its refund to what the document says. Reads only; in the language of the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.invoices import law
from apps.invoices.content import (
    Content,
    Item,
    Left,
    NothingToSay,
    TooEarly,
    left_of,
    part_of_tax,
)
from apps.invoices.kinds import Category, Kind
from apps.invoices.models import Draft, Invoice, LegalEntity
from apps.invoices.parties import Party, of_buyer
from apps.orders.models import Order, OrderLine
from apps.payments.models import Payment


def of_order(draft: Draft, issuer: LegalEntity) -> Content:
    """A sale, or what is left of one whose invoice is corrected."""
    order = _order(draft)
    with translation.override(order.language):
        parts = draft.lines or [
            [line.pk, line.quantity, line.total_minor, line.tax_minor] for line in _lines(order)
        ]
        known = {line.pk: line for line in _lines(order)}
        items = [_item(known[pk], quantity, gross, tax, issuer) for pk, quantity, gross, tax in parts]
        return Content(
            kind=Kind.INVOICE,
            recipient=of_buyer(order),
            items=items,
            language=order.language,
            currency=order.currency,
            supplied=_evening(order),
            notes=_notes(items, issuer),
            payment=_paid_by(order),
        )


def of_credit(draft: Draft, issuer: LegalEntity) -> Content:
    """
    :raises TooEarly: its invoice has no number yet.
    :raises NothingToSay: nothing is left to credit.
    """
    order = _order(draft)
    with translation.override(order.language):
        invoice = draft.cancels or _invoice_of(order)
        items = _cancelled(draft, issuer) if draft.cancels else _given_back(draft, invoice, issuer)
        if not items:
            raise NothingToSay
        return Content(
            kind=Kind.CREDIT_NOTE,
            recipient=Party.of(invoice.recipient),
            items=items,
            language=invoice.language,
            currency=invoice.currency,
            supplied=(invoice.supplied_from, invoice.supplied_until),
            notes=_notes(items, issuer),
            payment=invoice.payment,
            refers_to=invoice,
        )


def _invoice_of(order: Order) -> Invoice:
    """The one that stands: the newest, when earlier ones were corrected."""
    drafts = Draft.objects.filter(order=order, kind=Kind.INVOICE)
    if drafts.filter(done_at=None).exists() or not drafts.exists():
        raise TooEarly
    invoice = Invoice.objects.filter(order=order, kind=Kind.INVOICE).order_by("pk").last()
    if invoice is None:
        raise NothingToSay
    return invoice


def _cancelled(draft: Draft, issuer: LegalEntity) -> list[Item]:
    known = {line.pk: line for line in _lines(_order(draft))}
    return [_item(known[pk], quantity, gross, tax, issuer) for pk, quantity, gross, tax in draft.lines]


def _given_back(draft: Draft, invoice: Invoice, issuer: LegalEntity) -> list[Item]:
    assert draft.refund is not None  # noqa: S101 - the kinds of drafts
    left = left_of(invoice)
    amount = min(draft.refund.amount_minor, sum(part.gross for part in left))
    if not amount:
        return []
    shares = Money(amount, invoice.currency).allocate([part.gross for part in left])
    pairs = zip(left, (share.minor for share in shares), strict=True)
    return [_credit(part, share) for part, share in pairs if share]


def _credit(part: Left, share: int) -> Item:
    """All that is left of a line, or a part of its price."""
    whole = share == part.gross
    text = part.line.text if whole else _("Part of the price: %(name)s") % {"name": part.line.text}
    return Item(
        text=text[:200],
        detail=part.line.detail,
        quantity=part.quantity if whole else 1,
        gross=share,
        tax=part_of_tax(part.tax, part.gross, share),
        rate=part.line.tax_rate,
        category=Category(part.line.category),
        order_line=part.line.order_line_id,
    )


def _item(line: OrderLine, quantity: int, gross: int, tax: int, issuer: LegalEntity) -> Item:
    rate = Decimal(0) if issuer.small_business else line.tax_rate
    event = line.order.event
    return Item(
        text=line.name,
        detail=f"{event.title}, {event.venue.name}",
        quantity=quantity,
        gross=gross,
        tax=tax if rate else 0,
        rate=rate,
        category=Category.STANDARD if rate else Category.EXEMPT,
        order_line=line.pk,
    )


def _notes(items: Iterable[Item], issuer: LegalEntity) -> list[str]:
    if not any(item.category == Category.EXEMPT for item in items):
        return []
    if issuer.small_business:
        return [law.small_business_note(issuer.country)]
    return [law.exemption_note(issuer)]


def _evening(order: Order) -> tuple[date, date]:
    event = order.event
    day = event.starts_at.astimezone(event.zone).date()
    last = event.ends_at.astimezone(event.zone).date()
    # A concert that ends after midnight is still of its evening.
    return (day, last if (last - day).days > 1 else day)


def _paid_by(order: Order) -> str:
    paid = Payment.objects.filter(order_payment__order=order, order_payment__applied=True).first()
    if paid is None:
        return ""
    return str(paid.ids.get("method", "")) or paid.provider


def _order(draft: Draft) -> Order:
    order = draft.order
    assert order is not None  # noqa: S101 - a constraint
    return order


def _lines(order: Order) -> Iterator[OrderLine]:
    for line in order.lines.order_by("pk"):
        line.order = order
        yield line
