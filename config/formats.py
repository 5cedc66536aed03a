"""
What a setting has to look like. Each answers the text as it is to be used.

:raises ValueError: it does not look like that.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sentry_sdk.utils import Dsn

from apps.core.money import Money

SECRET_CHARACTERS_MIN = 50  # as Django's own check has it

Form = Callable[[str], str]

_PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)


def url(*schemes: str) -> Form:
    def read(text: str) -> str:
        parts = _split(text, schemes)
        _demand(parts.scheme not in {"http", "https"} or parts.hostname is not None)
        return text.rstrip("/")

    return read


def origin(*schemes: str) -> Form:
    """A URL of scheme, host and port alone."""

    def read(text: str) -> str:
        parts = _split(text.rstrip("/"), schemes)
        _demand(parts.hostname is not None)
        _demand(not (parts.path or parts.query or parts.fragment or parts.username))
        return text.rstrip("/")

    return read


def host(text: str) -> str:
    """As ALLOWED_HOSTS has them: no scheme, no port, no path."""
    _demand(re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]", text) is not None)
    return text


def private_keys(text: str) -> str:
    """PEM blocks. Whether they can be read, and are of the right curve, is said where they are used."""
    _demand(_PRIVATE_KEY.search(text) is not None)
    return text


def mailbox(text: str) -> str:
    _demand(re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]) is not None)
    return text


def prefixed(*prefixes: str) -> Form:
    def read(text: str) -> str:
        _demand(text.startswith(prefixes))
        return text

    return read


def long_secret(text: str) -> str:
    _demand(len(text) >= SECRET_CHARACTERS_MIN)
    return text


def user_and_password(text: str) -> str:
    _demand(re.fullmatch(r"[^:]+:.+", text) is not None)
    return text


def log_level(text: str) -> str:
    _demand(text.upper() in logging.getLevelNamesMapping())
    return text.upper()


def amounts_by_currency(text: str) -> dict[str, int]:
    """ "EUR 10000, CHF 500.50" in minor units."""
    amounts = {}
    for part in text.split(","):
        currency, _space, amount = part.strip().partition(" ")
        _demand(re.fullmatch(r"[A-Z]{3}", currency) is not None and currency not in amounts)
        _demand(re.fullmatch(r"[0-9.]+", amount.strip()) is not None)
        money = Money.of(Decimal(amount.strip()), currency)
        amounts[currency] = money.minor
    return amounts


def sentry_dsn(text: str) -> str:
    return str(Dsn(text))


def dotted_class(text: str) -> str:
    module = text.rpartition(".")[0]
    try:
        _demand(bool(module) and find_spec(module) is not None)
    except ImportError as error:
        raise ValueError(text) from error
    return text


def existing_file(text: str) -> str:
    _demand(Path(text).is_file())
    return text


def _split(text: str, schemes: tuple[str, ...]) -> SplitResult:
    parts = urlsplit(text)
    _demand(parts.scheme in schemes)
    _demand(parts.port != 0)  # reading a port that is no number raises
    return parts


def _demand(holds: object) -> None:
    if not holds:
        raise ValueError
