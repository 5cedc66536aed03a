"""Public names of things: short, readable aloud, not guessable in sequence."""

from __future__ import annotations

import secrets

# Crockford base 32: no I, L, O, U, so that a phone call cannot confuse them.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans("ILO", "110")


def new_reference(length: int) -> str:
    """Random: 5 bits a character. 8 suffices beside a unique constraint, 12 where it must not be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise(typed: str) -> str:
    """What somebody typed or read aloud, as it is stored: upper case, no blanks or dashes."""
    return typed.upper().replace(" ", "").replace("-", "").translate(_CONFUSED)
