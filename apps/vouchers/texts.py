"""Codes as people type them: case, blanks, dashes and accents make no difference."""

from __future__ import annotations

import unicodedata

from apps.core.references import new_reference

TEXT_MAX = 40
RANDOM_LENGTH = 10  # 50 bits: not to be found by trying


def normalise(typed: str) -> str:
    """As it is stored: upper case without accents, blanks and dashes. Too long is cut: it is unknown."""
    parts = unicodedata.normalize("NFKD", typed.upper())
    kept = "".join(letter for letter in parts if letter.isalnum())
    return kept[: TEXT_MAX + 1]


def new_text(prefix: str = "") -> str:
    return (normalise(prefix) + new_reference(RANDOM_LENGTH))[:TEXT_MAX]
