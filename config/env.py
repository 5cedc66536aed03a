"""Typed readers of the environment. They collect what is wrong, so that a start is refused with all of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

problems: list[str] = []


def _read(name: str, parse: Callable[[str], T], default: T | None, what: str, empty: T) -> T:
    raw = os.environ.get(name, "").strip()
    if not raw:
        if default is None:
            problems.append(f"{name} is missing: {what}")
            return empty
        return default
    try:
        return parse(raw)
    except (ValueError, InvalidOperation):
        problems.append(f"{name} is malformed: {what}")
        return empty


def text(name: str, default: str | None = None, *, what: str = "text") -> str:
    return _read(name, str, default, what, "")


def integer(name: str, default: int | None = None, *, what: str = "a whole number") -> int:
    return _read(name, int, default, what, 0)


def decimal(name: str, default: Decimal | None = None, *, what: str = "a number") -> Decimal:
    return _read(name, Decimal, default, what, Decimal(0))


def words(name: str, default: list[str] | None = None, *, what: str = "a,b,c") -> list[str]:
    return _read(
        name, lambda raw: [w.strip() for w in raw.split(",") if w.strip()], default, what, []
    )


def flag(name: str) -> bool:
    """1/true/yes/on; absent is off."""
    return _read(name, _parse_flag, _OFF, "1 or 0", _OFF)


def url(
    name: str, default: str | None = None, *, schemes: tuple[str, ...], what: str = "a URL"
) -> str:
    def parse(raw: str) -> str:
        if urlsplit(raw).scheme not in schemes:
            raise ValueError
        return raw.rstrip("/")

    return _read(name, parse, default, what, "")


def refuse_if_broken() -> None:
    """
    :raises ImproperlyConfigured: naming every missing or malformed setting at once.
    """
    if problems:
        raise ImproperlyConfigured("Parterre cannot start:\n  - " + "\n  - ".join(problems))


_OFF = False


def _parse_flag(raw: str) -> bool:
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError
