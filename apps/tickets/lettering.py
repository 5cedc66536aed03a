"""Letters on papers of every app that draws some."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.fonts import TTFFont

from apps.tickets.faces import FILES, FONTS, OTHER_SCRIPTS


def set_face(paper: FPDF, family: str, points: float, text: str) -> None:
    """Another face for the whole text when ours lacks a letter: mixed lines look worse."""
    face = paper.fonts[family]
    if isinstance(face, TTFFont) and not face.cmap.keys() >= {ord(letter) for letter in text}:
        family = OTHER_SCRIPTS
        if family not in paper.fonts:
            paper.add_font(family, fname=FONTS / FILES[family])
    paper.set_font(family, size=points)
