"""Letters on papers of every app that draws some."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.fonts import TTFFont

from apps.tickets.faces import FILES, FONTS, OTHER_SCRIPTS


def add_face(paper: FPDF, family: str) -> None:
    """
    A letter is taken into the paper as it stands in its file, so its bounds hold: measuring all of them anew
    took a fifth of the time of a paper.
    """
    paper.add_font(family, fname=FONTS / FILES[family])
    face = paper.fonts[family]
    if isinstance(face, TTFFont):
        face.ttfont.recalcBBoxes = False


def set_face(paper: FPDF, family: str, points: float, text: str) -> None:
    """Another face for the whole text when ours lacks a letter: mixed lines look worse."""
    face = paper.fonts[family]
    if isinstance(face, TTFFont) and not face.cmap.keys() >= {ord(letter) for letter in text}:
        family = OTHER_SCRIPTS
        if family not in paper.fonts:
            add_face(paper, family)
    paper.set_font(family, size=points)
