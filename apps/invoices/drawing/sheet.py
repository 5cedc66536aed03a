"""A4 with our faces: words on it, lines that are wrapped, and the foot of each page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, DocumentCompliance

from apps.tickets.faces import DISPLAY, STRONG, TEXT
from apps.tickets.lettering import add_face, set_face

# Millimetres. The address stands where a window envelope shows it (DIN 5008, form B).
LEFT, RIGHT, WIDTH = 25.0, 20.0, 165.0
TOP, ADDRESS, FOOT, BOTTOM = 20.0, 50.0, 262.0, 256.0
INK, QUIET, HAIR = "#0a0b0d", "#4b535c", "#a8b0b9"
FOOT_GAP = 4.0


class Sheet(FPDF):
    """PDF/A-3, so that it can be kept for ten years, with its data inside."""

    def __init__(self, foot: Sequence[Sequence[str]], head: str) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_3B)
        self.foot, self.head = foot, head
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(False)
        self.c_margin = 0
        for family in (DISPLAY, TEXT, STRONG):
            add_face(self, family)

    def face(self, family: str, points: float, text: str = "", colour: str = INK) -> None:
        set_face(self, family, points, text)
        self.set_text_color(colour)

    def word(self, text: str, x: float, y: float, width: float = 0, align: Align = Align.L) -> None:
        self.set_xy(x, y)
        self.cell(width or self.w - RIGHT - x, 5, text, align=align)

    def wrapped(self, text: str, width: float) -> list[str]:
        """In the current face."""
        lines: Any = self.multi_cell(width, 5, text, align=Align.L, dry_run=True, output="LINES")
        return [str(line) for line in lines]

    def rule(self, y: float, colour: str = HAIR, thick: float = 0.2) -> None:
        self.set_draw_color(colour)
        self.set_line_width(thick)
        self.line(LEFT, y, LEFT + WIDTH, y)

    def footer(self) -> None:
        self.rule(FOOT)
        widths = self._foot_widths()
        x = LEFT
        for column, width in zip(self.foot, widths, strict=True):
            y = FOOT + 2.5
            for text in column:
                self.face(TEXT, 7.5, text, QUIET)
                for line in self.wrapped(text, width - FOOT_GAP):
                    self.word(line, x, y, width)
                    y += 3.5
            x += width
        self.face(TEXT, 7.5, self.head, QUIET)
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.word(f"{self.head} · {page}", LEFT, FOOT + 21)

    def _foot_widths(self) -> list[float]:
        return [WIDTH / len(self.foot)] * len(self.foot)
