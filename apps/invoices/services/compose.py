"""From an order or its refund to what the document says. Reads only; in the language of the order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from apps.invoices import law
from apps.invoices.content import (
    Content,
    Item,
    NothingToSay,
    TooEarly,
)
from apps.invoices.kinds import BY_VOUCHER, Category, Kind
from apps.invoices.models import Draft, Invoice, InvoiceLine, LegalEntity
from apps.invoices.parties import Party, of_buyer
from apps.orders.models import Order, OrderLine, OrderRefundLine
from apps.payments.models import Payment


def of_order(draft: Draft, issuer: LegalEntity) -> Content:
    """A sale; or what is left of one whose invoice is corrected, taxed as it was."""
    order = _order(draft)
    with translation.override(order.language):
        old = draft.corrects
        items = _left(draft) if old else [_item(line, issuer) for line in _lines(order)]
        return Content(
            kind=Kind.INVOICE,
            recipient=of_buyer(order),
            items=items,
            language=order.language,
            currency=order.currency,
            supplied=_evening(order),
            notes=old.notes if old else _notes(items, issuer),
            payment=_paid_by(order),
        )


def of_credit(draft: Draft, _issuer: LegalEntity) -> Content:
    """
    As its invoice was taxed, whatever its issuer is by now.

    :raises TooEarly: its invoice has no number yet.
    :raises NothingToSay: there was none.
    """
    order = _order(draft)
    with translation.override(order.language):
        invoice = draft.corrects or _invoice_of(order)
        items = _left(draft) if draft.corrects else _given_back(draft, invoice)
        return Content(
            kind=Kind.CREDIT_NOTE,
            recipient=Party.of(invoice.recipient),
            items=items,
            language=invoice.language,
            currency=invoice.currency,
            supplied=(invoice.supplied_from, invoice.supplied_until),
            notes=invoice.notes,
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


def _left(draft: Draft) -> list[Item]:
    assert draft.corrects is not None  # noqa: S101 - the caller's case
    told = {line.order_line_id: line for line in draft.corrects.lines.all()}
    return [
        _like(told[order_line], quantity, gross, tax)
        for order_line, quantity, gross, tax in draft.lines
    ]


def _given_back(draft: Draft, invoice: Invoice) -> list[Item]:
    """By line: the tickets that went back, and what was taken off the price of those that did not."""
    told = {line.order_line_id: line for line in invoice.lines.all()}
    parts: dict[tuple[int, bool], list[OrderRefundLine]] = defaultdict(list)
    lines = OrderRefundLine.objects.filter(order_refund=draft.order_refund_id, amount_minor__gt=0)
    for part in lines.order_by("line", "pk"):
        parts[part.line_id, part.unit_id is None].append(part)
    return [
        _like(
            told[order_line],
            1 if is_part else len(some),
            sum(part.amount_minor for part in some),
            sum(part.tax_minor for part in some),
            is_part=is_part,
        )
        for (order_line, is_part), some in parts.items()
    ]


def _like(line: InvoiceLine, quantity: int, gross: int, tax: int, *, is_part: bool = False) -> Item:
    """So much of a line that was invoiced."""
    text = _("Part of the price: %(name)s") % {"name": line.text} if is_part else line.text
    return Item(
        text=text[:200],
        detail=line.detail,
        quantity=max(quantity, 1),
        gross=gross,
        tax=tax if line.category == Category.STANDARD else 0,
        rate=line.tax_rate,
        category=Category(line.category),
        is_part=is_part,
        discount=0 if is_part else _discount_of(line, quantity, gross),
        order_line=line.order_line_id,
    )


def _discount_of(line: InvoiceLine, quantity: int, gross: int) -> int:
    """
    Of so many at the price they were sold at, what was off them. Of what is not the price, because
    something was kept or given back before, nothing: it is no price with something off.
    """
    at_its_price = gross * line.quantity == line.gross_minor * quantity
    return line.discount_minor * quantity // line.quantity if at_its_price else 0


def _item(line: OrderLine, issuer: LegalEntity) -> Item:
    rate = Decimal(0) if issuer.small_business else line.tax_rate
    event = line.order.event
    return Item(
        text=line.name,
        detail=f"{event.title}, {event.venue.name}",
        quantity=line.quantity,
        gross=line.total_minor,
        tax=line.tax_minor if rate else 0,
        rate=rate,
        category=Category.STANDARD if rate else Category.EXEMPT,
        discount=line.discount_minor,
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
    if order.voucher_minor and not order.due:
        return BY_VOUCHER
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
