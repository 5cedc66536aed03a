"""
An invoice on paper: the address where a window shows it, what was sold, tax by rate, and what the law
asks for. Drawn from the frozen document alone, in its language.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from fpdf.enums import Align

from apps.core.money import Money
from apps.invoices.content import RateSum, sums_by_rate
from apps.invoices.drawing import words
from apps.invoices.drawing.sheet import (
    ADDRESS,
    BOTTOM,
    INK,
    LEFT,
    QUIET,
    TOP,
    WIDTH,
    Sheet,
)
from apps.invoices.kinds import Category, Form, Kind
from apps.invoices.models import Invoice, InvoiceLine
from apps.invoices.parties import Party
from apps.tickets.faces import DISPLAY, STRONG, TEXT

# Columns: left edge and width.
QUANTITY, WHAT, RATE, AMOUNT = (
    (LEFT, 12.0),
    (LEFT + 14, 96.0),
    (LEFT + 112, 18.0),
    (LEFT + 132, 33.0),
)
FACTS = (LEFT + 100, 65.0)
ROW, SMALL_ROW = 5.0, 4.2


def draw(invoice: Invoice) -> bytes:
    """Reads its lines, its order, and what it refers to."""
    with translation.override(invoice.language):
        return _draw(invoice)


def _draw(invoice: Invoice) -> bytes:
    issuer = Party.of(invoice.issuer)
    title = words.title(invoice)
    sheet = Sheet(words.contact(issuer), f"{title} {invoice.number}")
    sheet.set_title(f"{title} {invoice.number}")
    sheet.set_author(issuer.name)
    sheet.set_creator(settings.PLATFORM_NAME)
    sheet.set_lang(invoice.language)
    sheet.set_creation_date(invoice.issued_at.astimezone(UTC))
    sheet.add_page()
    _head(sheet, issuer)
    bottom = max(_address(sheet, invoice, issuer), _facts(sheet, invoice))
    y = _title(sheet, title, bottom + 12)
    y = _table(sheet, invoice, y)
    y = _sums(sheet, invoice, y)
    _closing(sheet, invoice, y)
    return bytes(sheet.output())


def _head(sheet: Sheet, issuer: Party) -> None:
    """Whose paper it is, as big as its name allows."""
    for points in (20, 17, 14, 12):
        sheet.face(DISPLAY, points, issuer.name)
        if sheet.get_string_width(issuer.name) <= WIDTH:
            break
    for index, line in enumerate(sheet.wrapped(issuer.name, WIDTH)[:2]):
        sheet.word(line, LEFT, TOP + index * 6)


def _address(sheet: Sheet, invoice: Invoice, issuer: Party) -> float:
    recipient = Party.of(invoice.recipient)
    sender = " · ".join(issuer.address(seen_from=issuer.country))
    points = 7.0
    sheet.face(TEXT, points, sender, QUIET)
    while sheet.get_string_width(sender) > 85 and points > 5.5:
        points -= 0.25
        sheet.face(TEXT, points, sender, QUIET)
    sheet.word(sheet.wrapped(sender, 88)[0], LEFT, ADDRESS - 5)
    y = ADDRESS + 1
    for index, line in enumerate(recipient.address(seen_from=issuer.country)):
        sheet.face(STRONG if index == 0 else TEXT, 10.5, line)
        for part in sheet.wrapped(line, 85):
            sheet.word(part, LEFT, y)
            y += ROW
    return y


def _facts(sheet: Sheet, invoice: Invoice) -> float:
    x, width = FACTS
    y = ADDRESS - 5
    for label, value in words.facts(invoice):
        sheet.face(TEXT, 9, label, QUIET)
        sheet.word(label, x, y)
        sheet.face(TEXT, 9, value)
        for line in sheet.wrapped(value, width - 33):
            sheet.word(line, x + 33, y)
            y += ROW
    return y


def _title(sheet: Sheet, title: str, y: float) -> float:
    sheet.face(DISPLAY, 22, title)
    sheet.word(title, LEFT, y)
    return y + 14


def _table(sheet: Sheet, invoice: Invoice, y: float) -> float:
    y = _table_head(sheet, y)
    for line in invoice.lines.order_by("position"):
        height = _height(sheet, line)
        if y + height > BOTTOM:
            sheet.add_page()
            y = _table_head(sheet, TOP)
        y = _row(sheet, line, y)
    return y


def _table_head(sheet: Sheet, y: float) -> float:
    heads = (
        (_("Qty"), QUANTITY, Align.L),
        (_("Description"), WHAT, Align.L),
        (_("VAT"), RATE, Align.R),
        (_("Amount, gross"), AMOUNT, Align.R),
    )
    for text, (x, width), align in heads:
        sheet.face(STRONG, 8.5, text)
        sheet.word(text, x, y, width, align)
    sheet.rule(y + 6, INK, 0.4)
    return y + 8.5


def _height(sheet: Sheet, line: InvoiceLine) -> float:
    sheet.face(STRONG, 10, line.text)
    names = len(sheet.wrapped(line.text, WHAT[1]))
    sheet.face(TEXT, 8.5, line.detail)
    details = len(sheet.wrapped(line.detail, WHAT[1])) if line.detail else 0
    discount = ROW if line.discount_minor else 0
    return names * ROW + (details + bool(_each(line))) * SMALL_ROW + discount + 3


def _row(sheet: Sheet, line: InvoiceLine, y: float) -> float:
    """In the order it is read aloud: how many, of what, how it is taxed, how much."""
    top = y
    sheet.face(TEXT, 10)
    sheet.word(str(line.quantity), *_at(QUANTITY, top))
    sheet.face(STRONG, 10, line.text)
    for text in sheet.wrapped(line.text, WHAT[1]):
        sheet.word(text, *_at(WHAT, y))
        y += ROW
    for detail in filter(None, (line.detail, _each(line))):
        sheet.face(TEXT, 8.5, detail, QUIET)
        for text in sheet.wrapped(detail, WHAT[1]):
            sheet.word(text, *_at(WHAT, y))
            y += SMALL_ROW
    sheet.face(TEXT, 10)
    sheet.word(_rate(line), *_at(RATE, top), Align.R)
    sheet.word(words.amount(line.before), *_at(AMOUNT, top), Align.R)
    if line.discount_minor:
        sheet.word(words.discount(line.invoice), *_at(WHAT, y))
        sheet.word(f"−{words.amount(line.discount)}", *_at(AMOUNT, y), Align.R)
        y += ROW
    return y + 3


def _each(line: InvoiceLine) -> str:
    """The price of one, where there are several of the same; without a code."""
    if line.quantity < 2 or line.before.minor % line.quantity:
        return ""
    price = Money(line.before.minor // line.quantity, line.invoice.currency)
    return _("%(price)s each") % {"price": words.amount(price)}


def _rate(line: InvoiceLine) -> str:
    return words.percent(line.tax_rate) if line.category == Category.STANDARD else "–"


def _sums(sheet: Sheet, invoice: Invoice, y: float) -> float:
    sums = sums_by_rate(invoice)
    if y + 16 + 3 * ROW * len(sums) > BOTTOM:
        sheet.add_page()
        y = TOP
    sheet.rule(y)
    y += 3
    for label, amount, weight in _sum_rows(invoice, sums):
        all_of_it = weight == "all"
        if all_of_it:
            sheet.rule(y + 0.5, INK, 0.4)
            y += 3
        sheet.face(STRONG if all_of_it else TEXT, 13 if all_of_it else 9.5, label)
        sheet.word(label, WHAT[0], y)
        sheet.word(words.amount(amount), *_at(AMOUNT, y), Align.R)
        y += 8 if all_of_it else ROW
    return y


def _sum_rows(invoice: Invoice, sums: list[RateSum]) -> Iterator[tuple[str, Money, str]]:
    for one in sums:
        rate = {"rate": words.percent(one.rate)}
        if one.category == Category.STANDARD:
            yield _("Net at %(rate)s") % rate, one.net, "line"
            yield _("VAT %(rate)s") % rate, one.tax, "line"
        elif one.category == Category.REVERSE_CHARGE:
            yield _("Net, reverse charge"), one.net, "line"
        else:
            yield _("Without VAT"), one.net, "line"
    label = _("Total credited") if invoice.is_credit else _("Total")
    yield label, invoice.gross, "all"


def _closing(sheet: Sheet, invoice: Invoice, y: float) -> None:
    y += 6
    for text in (*invoice.notes, *words.paid(invoice), *_hints(invoice)):
        sheet.face(TEXT, 9.5, text)
        lines = sheet.wrapped(text, WIDTH)
        if y + len(lines) * ROW > BOTTOM:
            sheet.add_page()
            y = TOP
        for line in lines:
            sheet.word(line, LEFT, y)
            y += ROW
        y += 1.5


def _hints(invoice: Invoice) -> list[str]:
    if invoice.form == Form.RECEIPT and invoice.kind == Kind.INVOICE:
        return [
            _("For an invoice with your address on it, add the address on the page of your order.")
        ]
    return []


def _at(column: tuple[float, float], y: float) -> tuple[float, float, float]:
    return column[0], y, column[1]
