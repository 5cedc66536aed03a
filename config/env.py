"""Typed readers of the environment. They collect what is wrong, so that a start is refused with all of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from config.formats import Form

T = TypeVar("T")

REFUSED = 3  # of a worker, Gunicorn takes it for: do not try again

problems: list[str] = []


def read(name: str, parse: Callable[[str], T], default: T | None, *, what: str, empty: T) -> T:
    """
    :param parse: raises ValueError when the text is not what it should be.
    :param default: None: it may not be left out.
    :param empty: what the start goes on with until it is refused.
    """
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


def text(name: str, default: str | None = None, *, what: str = "text", form: Form = str) -> str:
    return read(name, form, default, what=what, empty="")


def integer(
    name: str, default: int | None = None, *, least: int, most: int, what: str = "a whole number"
) -> int:
    def parse(raw: str) -> int:
        value = int(raw)
        if not least <= value <= most:
            raise ValueError
        return value

    return read(name, parse, default, what=f"{what}, {least} to {most}", empty=0)


def percent(name: str, default: Decimal | None = None, *, what: str) -> Decimal:
    def parse(raw: str) -> Decimal:
        value = Decimal(raw)
        if not value.is_finite() or not 0 <= value <= 100:
            raise ValueError
        return value

    return read(name, parse, default, what=what, empty=Decimal(0))


def words(
    name: str, default: list[str] | None = None, *, what: str = "a,b,c", form: Form = str
) -> list[str]:
    def parse(raw: str) -> list[str]:
        return [form(word.strip()) for word in raw.split(",") if word.strip()]

    return read(name, parse, default, what=what, empty=[])


def flag(name: str) -> bool:
    """1/true/yes/on; absent is off."""
    return read(name, _parse_flag, _OFF, what="1 or 0", empty=_OFF)


def named(prefix: str) -> dict[str, str]:
    """All that begin with the prefix, without it."""
    return {
        name.removeprefix(prefix): value
        for name, value in os.environ.items()
        if name.startswith(prefix)
    }


def refuse_if_broken() -> None:
    """
    Names every missing or malformed setting at once. It ends the process instead of raising an error, so
    that the list is all there is to read.
    """
    if problems:
        # Django may load the settings once more, and each problem would be told twice.
        told = dict.fromkeys(problems)
        sys.stderr.write("Parterre cannot start:\n  - " + "\n  - ".join(told) + "\n")
        raise SystemExit(REFUSED)


_OFF = False


def _parse_flag(raw: str) -> bool:
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError


# Demo mode: embedded servers, provider sandboxes, demo data. Never with real credentials.
DEMO = flag("PARTERRE_DEMO")
