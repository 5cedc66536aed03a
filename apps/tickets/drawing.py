"""How a page looks: the picture of the ticket above, what to know below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_date, format_time
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from apps.core.brand import brand
from apps.events.models import Event
from apps.tickets import qr, tokens
from apps.tickets.faces import (
    DISPLAY,
    HAIR,
    INK,
    QUIET,
    STRONG,
    TEXT,
)
from apps.tickets.lettering import add_face, set_face
from apps.tickets.models import Ticket

# Millimetres on A4.
LEFT, TOP, FACE, STUB, HEIGHT = 15.0, 16.0, 126.0, 54.0, 96.0
PAD, NOTCH, QR_SIZE = 8.0, 3.2, 46.0
CUT = LEFT + FACE
TITLE_LINES_MAX = 3
TITLE_POINTS = (34, 30, 26, 22, 19, 16)


def draw(tickets: Sequence[Ticket]) -> bytes:
    paper = _paper(tickets)
    for ticket in tickets:
        paper.add_page()
        _face(paper, ticket)
        _stub(paper, ticket)
        _below(paper, ticket)
    return bytes(paper.output())


def _paper(tickets: Sequence[Ticket]) -> FPDF:
    paper = FPDF(format="A4")
    paper.set_auto_page_break(False)
    paper.set_title(tickets[0].event.title)
    paper.set_lang(get_language() or "en")
    paper.c_margin = 0
    for family in (DISPLAY, TEXT, STRONG):
        add_face(paper, family)
    return paper


def _face(paper: FPDF, ticket: Ticket) -> None:
    event = ticket.event
    colours = brand(event.signal)
    paper.set_fill_color(colours.signal)
    paper.rect(LEFT, TOP, FACE, HEIGHT, style="F")
    paper.set_text_color(colours.on_signal)
    _title(paper, event.title)
    _date(paper, event)
    for index, (label, value) in enumerate(_facts(ticket)):
        column, row = index % 2, index // 2
        x = LEFT + PAD + column * (FACE / 2 - 3)
        _fact(paper, label, value, x=x, y=TOP + HEIGHT - 36 + row * 15.5)


def _title(paper: FPDF, title: str) -> None:
    """As big as three lines allow, down to the smallest size, which may then cut it short."""
    title = title.replace("\u00ad", "")
    lines, points = _fitted(paper, title)
    height = points * 0.36
    for index, line in enumerate(lines[:TITLE_LINES_MAX]):
        _line(paper, line, LEFT + PAD, TOP + PAD + index * height, height)


def _fitted(paper: FPDF, title: str) -> tuple[list[str], int]:
    width = FACE - 2 * PAD
    lines: list[str] = []
    for points in TITLE_POINTS:
        set_face(paper, DISPLAY, points, title)
        lines = _wrapped(paper, title, width)
        whole_words = " ".join(lines) == " ".join(title.split())
        if whole_words and len(lines) <= TITLE_LINES_MAX:
            return lines, points
    return lines, TITLE_POINTS[-1]


def _wrapped(paper: FPDF, text: str, width: float) -> list[str]:
    """Lines of whole words; a word wider than a line is broken where it must be."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if paper.get_string_width(longer) <= width:
            lines[-1] = longer
            continue
        lines += _pieces(paper, word, width)
    return [line for line in lines if line]


def _pieces(paper: FPDF, word: str, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if paper.get_string_width(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _date(paper: FPDF, event: Event) -> None:
    starts = event.starts_at.astimezone(event.zone)
    language = get_language() or "en"
    y = TOP + 36
    paper.set_font(DISPLAY, size=58)
    day = str(starts.day)
    _line(paper, day, LEFT + PAD - 1, y, 20)
    x = LEFT + PAD + paper.get_string_width(day) + 3
    paper.set_font(STRONG, size=12)
    _line(paper, format_date(starts, "EEEE", locale=language), x, y + 6.5, 5)
    _line(paper, format_date(starts, "MMMM y", locale=language), x, y + 11.5, 5)


def _facts(ticket: Ticket) -> list[tuple[str, str]]:
    event = ticket.event
    begins = _clock(event, event.starts_at)
    facts = [(_("Start"), begins)]
    if event.doors_at:
        facts = [(_("Doors, start"), f"{_clock(event, event.doors_at)}, {begins}")]
    facts += [(_("Place"), str(event.venue)), (_("Ticket"), ticket.variant.name)]
    if ticket.place_label:
        facts.append((_("Seat"), ticket.place_label))
    return facts


def _fact(paper: FPDF, label: str, value: str, *, x: float, y: float) -> None:
    paper.set_font(TEXT, size=9)
    _line(paper, label, x, y, 4)
    set_face(paper, STRONG, 11.5, value)
    for index, line in enumerate(_wrapped(paper, value, FACE / 2 - PAD - 2)[:2]):
        _line(paper, line, x, y + 4.2 + index * 4.6, 4.6)


def _stub(paper: FPDF, ticket: Ticket) -> None:
    paper.set_draw_color(HAIR)
    paper.set_line_width(0.2)
    paper.rect(LEFT, TOP, FACE + STUB, HEIGHT)
    paper.set_fill_color("#ffffff")
    for y, start in ((TOP, 0), (TOP + HEIGHT, 180)):
        paper.circle(CUT, y, NOTCH, style="F")
        paper.arc(CUT - NOTCH, y - NOTCH, 2 * NOTCH, start, start + 180, b=2 * NOTCH)
    paper.set_draw_color(INK)
    paper.set_dash_pattern(dash=1.2, gap=1.2)
    paper.line(CUT, TOP + NOTCH + 1, CUT, TOP + HEIGHT - NOTCH - 1)
    paper.set_dash_pattern()
    _code(paper, tokens.token(ticket), CUT + (STUB - QR_SIZE) / 2, TOP + 6)
    paper.set_text_color(INK)
    x, width = CUT + 7, STUB - 11
    set_face(paper, DISPLAY, 13, ticket.holder_name)
    names = _wrapped(paper, ticket.holder_name, width)[:3]
    top = TOP + HEIGHT - 13 - 5.6 * len(names)
    for index, line in enumerate(names):
        _line(paper, line, x, top + index * 5.6, 5.6)
    paper.set_font(TEXT, size=10)
    _line(paper, ticket.spoken_reference, x, TOP + HEIGHT - 12, 5)


def _code(paper: FPDF, token: str, x: float, y: float) -> None:
    """The QR code as filled runs: sharp at any size, on white, with its quiet zone."""
    rows = [bytes(row) for row in qr.code(token).matrix_iter(border=qr.QUIET_ZONE_MODULES)]
    module = QR_SIZE / len(rows)
    paper.set_fill_color("#000000")
    for index, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            # A hair taller than a module, so that no printer leaves a gap between two rows.
            paper.rect(
                x + start * module,
                y + index * module,
                (end - start) * module,
                module * 1.02,
                style="F",
            )
            start = row.find(1, end)


def _below(paper: FPDF, ticket: Ticket) -> None:
    event = ticket.event
    venue = event.venue
    address = ", ".join(filter(None, (venue.street, f"{venue.postcode} {venue.city}".strip())))
    paper.set_xy(LEFT, TOP + HEIGHT + 10)
    paper.set_text_color(INK)
    where = f"{venue.name}, {address}"
    set_face(paper, STRONG, 12, where)
    _row(paper, where, 6)
    paper.set_text_color(QUIET)
    paper.set_font(TEXT, size=10.5)
    _row(
        paper,
        _(
            "Admits one person, once. Show the code at the door, on paper or on a phone; it works without"
            " a network too. Keep it to yourself: whoever shows it first is let in."
        ),
        5.4,
    )
    who = _("Organizer: %(name)s") % {"name": event.organizer.name}
    set_face(paper, TEXT, 10.5, who)
    _row(paper, who, 5.4)


def _row(paper: FPDF, text: str, height: float) -> None:
    paper.multi_cell(FACE + STUB, height, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_xy(LEFT, paper.get_y() + 2)


def _line(paper: FPDF, text: str, x: float, y: float, height: float) -> None:
    paper.set_xy(x, y)
    paper.cell(0, height, text)


def _clock(event: Event, moment: datetime) -> str:
    shown = format_time(moment, "short", tzinfo=event.zone, locale=get_language() or "en")
    return str(shown).replace("\u202f", "\u00a0")  # our faces have only the wide one
