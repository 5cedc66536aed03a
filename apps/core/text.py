"""Characters that are in no text: NUL, which PostgreSQL cannot store, and halves of a surrogate pair."""

from __future__ import annotations

from django.db import DataError


def is_unstorable_text(error: Exception) -> bool:
    """Somebody sent such a character, and the database or the encoder was the first to say so."""
    if isinstance(error, UnicodeEncodeError):
        return "surrogates" in error.reason
    return isinstance(error, DataError | ValueError) and "NUL" in str(error)
