"""A gift voucher on paper: one page to give away, its face in the organizer's colour."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from apps.core.brand import brand
from apps.tickets.faces import DISPLAY, STRONG, TEXT
from apps.tickets.lettering import add_face, set_face
from apps.vouchers.balances import rest_of
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher

# Millimetres on A4.
LEFT, TOP, WIDTH, HEIGHT, PAD = 15.0, 16.0, 180.0, 96.0, 10.0
INK, QUIET = "#0a0b0d", "#4b535c"
NAME_MAX = 60


def voucher_pdf(voucher: GiftVoucher) -> bytes:
    """In the language of whom it is for."""
    with translation.override(voucher.language):
        paper = FPDF(format="A4")
        paper.set_auto_page_break(False)
        paper.set_title(_("Gift voucher"))
        paper.set_lang(voucher.language)
        paper.c_margin = 0
        for family in (DISPLAY, TEXT, STRONG):
            add_face(paper, family)
        paper.add_page()
        _face(paper, voucher)
        _below(paper, voucher)
        return bytes(paper.output())


def _face(paper: FPDF, voucher: GiftVoucher) -> None:
    colours = brand(voucher.organizer.brand_colour)
    paper.set_fill_color(colours.signal)
    paper.rect(LEFT, TOP, WIDTH, HEIGHT, style="F")
    paper.set_text_color(colours.on_signal)
    _line(paper, DISPLAY, 30, _("Gift voucher"), PAD)
    _line(paper, STRONG, 14, voucher.organizer.name[:NAME_MAX], PAD + 14)
    _line(paper, DISPLAY, 48, str(rest_of(voucher)), HEIGHT - 52)
    if voucher.recipient_name:
        words = _("for %(name)s") % {"name": voucher.recipient_name[:NAME_MAX]}
        _line(paper, STRONG, 14, words, HEIGHT - 31)
    _line(paper, DISPLAY, 22, code_of(voucher), HEIGHT - 18)


def _below(paper: FPDF, voucher: GiftVoucher) -> None:
    last = format_date(voucher.expires_at - timedelta(seconds=1), "long", voucher.language)
    lines = (
        _("Type the code in when you buy tickets of %(organizer)s.")
        % {"organizer": voucher.organizer.name[:NAME_MAX]},
        _("It pays in parts too: what is left stays on it. It works until %(day)s.")
        % {"day": last},
        _("Keep it like cash: whoever has the code can pay with it."),
    )
    paper.set_text_color(INK)
    for index, words in enumerate(lines):
        _line(paper, TEXT, 11, words, HEIGHT + 10 + index * 6)
    paper.set_text_color(QUIET)
    _line(paper, TEXT, 9, _("Voucher %s") % voucher.reference, HEIGHT + 32)


def _line(paper: FPDF, family: str, points: float, text: str, y: float) -> None:
    """Smaller when it is too long for the page; another face when ours lacks a letter."""
    set_face(paper, family, points, text)
    room = WIDTH - 2 * PAD
    if (width := paper.get_string_width(text)) > room:
        paper.set_font_size(points * room / width)
    paper.set_xy(LEFT + PAD, TOP + y)
    paper.cell(room, points * 0.4, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
