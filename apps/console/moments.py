"""Times for tables: short, on the clock of the place they belong to."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language

_LOCALES = {"en": "en_GB", "de": "de_DE"}


def local(when: datetime | None, zone: tzinfo) -> str:
    """ "20 Nov 2026, 19:31"; nothing for none."""
    if when is None:
        return ""
    return format_datetime(when.astimezone(zone), "d MMM y, HH:mm", locale=_locale())


def dated(day: date) -> str:
    """ "20 Nov 2026"."""
    return format_date(day, "d MMM y", locale=_locale())


def _locale() -> str:
    return _LOCALES.get((get_language() or "en")[:2], "en_GB")
