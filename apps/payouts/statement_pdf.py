"""The statement of a payout on paper, in the active language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from apps.core.money import Money
from apps.orders.models import Order
from apps.payouts.statement import OtherLine, Statement
from apps.payouts.words import movement_words, provider_name
from apps.tickets.faces import DISPLAY, INK, QUIET, STRONG, TEXT
from apps.tickets.lettering import add_face, set_face

# Millimetres on A4.
LEFT, WIDTH, BOTTOM = 18.0, 174.0, 22.0
ROW = 5.6
COLUMNS = (34.0, 62.0, 26.0, 26.0, 26.0)  # order, event, when, buyer paid, amount
HAIR = "#c9ced4"

Row = tuple[str, str, str, str, str]


class _Paper(FPDF):
    """Every page says whose it is, and which of how many."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot

    def footer(self) -> None:
        self.set_y(-14)
        self.set_text_color(QUIET)
        set_face(self, TEXT, 8.5, self.foot)
        self.cell(WIDTH - 20, 5, self.foot)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")


def statement_pdf(paper: Statement) -> bytes:
    payout = paper.payout
    sheet = _Paper(f"{settings.PLATFORM_NAME} · {payout.organizer} · {payout.reference}")
    sheet.set_margins(LEFT, 18, 210 - LEFT - WIDTH)
    sheet.set_auto_page_break(True, margin=BOTTOM)
    sheet.set_title(_("Payout %(reference)s") % {"reference": payout.reference})
    sheet.set_lang(get_language() or "en")
    for family in (DISPLAY, TEXT, STRONG):
        add_face(sheet, family)
    sheet.add_page()
    _head(sheet, paper)
    _sums(sheet, paper)
    for heading, rows in _parts(paper):
        _table(sheet, heading, rows)
    return bytes(sheet.output())


def _head(sheet: _Paper, paper: Statement) -> None:
    payout = paper.payout
    sheet.set_text_color(INK)
    title = _("Payout %(reference)s") % {"reference": payout.reference}
    set_face(sheet, DISPLAY, 20, title)
    sheet.cell(WIDTH, 11, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(2)
    facts = [
        (_("Organizer"), str(payout.organizer)),
        (_("Provider"), provider_name(payout.provider)),
        (_("To"), payout.destination),
        (_("State"), payout.get_state_display()),
        (_("Proposed"), _day(payout.created_at)),
        (_("Sent"), _day(payout.sent_at) if payout.sent_at else "–"),
    ]
    for label, value in facts:
        sheet.set_text_color(QUIET)
        set_face(sheet, TEXT, 10, label)
        sheet.cell(40, ROW, label)
        sheet.set_text_color(INK)
        set_face(sheet, STRONG, 10, value)
        sheet.cell(WIDTH - 40, ROW, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _sums(sheet: _Paper, paper: Statement) -> None:
    sheet.ln(5)
    rows = [(_("Carried forward"), paper.carried_forward)]
    rows += [(_of_event(event.event.title, event.sales), event.amount) for event in paper.events]
    if paper.at_the_door:
        rows.append((_("Fees of your own box office"), paper.door_fees))
    if paper.provider_fees:
        rows.append((_("Fees of the payment providers"), paper.passed_on_fees))
    if paper.disputes:
        rows.append((_("Disputes"), paper.disputed))
    rows += [(movement_words(line.kind), line.amount) for line in paper.others]
    for earlier, amount in paper.came_back:
        words = _("Payout %(name)s came back") % {"name": earlier.reference}
        rows.append((words, amount))
    if paper.kept_back:
        rows.append((_("Kept back"), -paper.kept_back))
    for label, amount in rows:
        _sum(sheet, label, amount, TEXT)
    _sum(sheet, _("Payout"), paper.amount, STRONG)


def _sum(sheet: _Paper, label: str, amount: Money, family: str) -> None:
    sheet.set_draw_color(HAIR if family == TEXT else INK)
    sheet.line(LEFT, sheet.get_y(), LEFT + WIDTH, sheet.get_y())
    set_face(sheet, family, 10.5, label)
    sheet.cell(WIDTH - 40, 7, _fitted(sheet, label, WIDTH - 42))
    set_face(sheet, family, 10.5, _amount(amount))
    sheet.cell(40, 7, _amount(amount), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _parts(paper: Statement) -> list[tuple[str, list[Row]]]:
    """Those without lines are left out."""
    named = (
        (_("Sales"), paper.sales),
        (_("Refunds"), paper.refunds),
        (_("Fees of your own box office"), paper.at_the_door),
        (_("Fees of the payment providers"), paper.provider_fees),
    )
    parts = [
        (
            heading,
            [
                (
                    line.order.reference,
                    line.order.event.title,
                    _day(line.at, line.order),
                    _amount(line.gross) if line.gross is not None else "",
                    _amount(line.amount),
                )
                for line in lines
            ],
        )
        for heading, lines in named
    ]
    parts[2:2] = [(_("Disputes"), _moved(paper.disputes))]
    parts.append((_("Other"), _moved(paper.others)))
    return [(heading, rows) for heading, rows in parts if rows]


def _moved(lines: Sequence[OtherLine]) -> list[Row]:
    """What it was stands where sales have their event."""
    return [
        (
            line.order.reference if line.order else "",
            movement_words(line.kind),
            _day(line.at, line.order),
            "",
            _amount(line.amount),
        )
        for line in lines
    ]


def _table(sheet: _Paper, heading: str, rows: Sequence[Row]) -> None:
    if sheet.get_y() > 297 - BOTTOM - 30:
        sheet.add_page()
    sheet.ln(8)
    sheet.set_text_color(INK)
    set_face(sheet, DISPLAY, 12, heading)
    sheet.cell(WIDTH, 8, heading, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    _names(sheet)
    for row in rows:
        if sheet.get_y() > 297 - BOTTOM - ROW:
            sheet.add_page()
            _names(sheet)
        _cells(sheet, row, TEXT, 9)


def _names(sheet: _Paper) -> None:
    """Of the columns, again on each page."""
    sheet.set_text_color(QUIET)
    _cells(sheet, (_("Order"), _("Event"), _("When"), _("Buyer paid"), _("Amount")), TEXT, 8.5)
    sheet.set_draw_color(INK)
    sheet.line(LEFT, sheet.get_y(), LEFT + WIDTH, sheet.get_y())
    sheet.set_text_color(INK)


def _cells(sheet: _Paper, row: Row, family: str, points: float) -> None:
    for index, (text, width) in enumerate(zip(row, COLUMNS, strict=True)):
        set_face(sheet, family, points, text)
        align = "R" if index > 2 else "L"
        sheet.cell(width, ROW, _fitted(sheet, text, width - 3), align=align)
    sheet.ln(ROW)


def _fitted(sheet: FPDF, text: str, width: float) -> str:
    """Cut short where it would run into the next column."""
    if sheet.get_string_width(text) <= width:
        return text
    while text and sheet.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _of_event(title: str, sales: int) -> str:
    orders = ngettext("%(n)s order", "%(n)s orders", sales) % {"n": sales}
    return f"{title} ({orders})"


def _amount(amount: Money) -> str:
    return str(amount).replace("\u202f", "\u00a0")  # our faces have only the wide one


def _day(moment: datetime, order: Order | None = None) -> str:
    """Where the event is, as on the statement's page; English dates are British, as on all pages."""
    language = get_language() or "en"
    local = moment.astimezone(order.event.zone if order else UTC)
    return str(format_date(local, "medium", locale="en_GB" if language == "en" else language))
