"""Times for tables: short, on the clock of the place they belong to."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language

from apps.events.models import Event

_LOCALES = {"en": "en_GB", "de": "de_DE"}
_DAY = {"en_GB": "d MMM y", "de_DE": "d. MMM y"}


def local(when: datetime | None, zone: tzinfo) -> str:
    """ "20 Nov 2026, 19:31"; nothing for none."""
    if when is None:
        return ""
    locale = _locale()
    return format_datetime(when.astimezone(zone), f"{_DAY[locale]}, HH:mm", locale=locale)


def called(event: Event) -> str:
    """ "Zwölf Celli, 20 Nov 2026": its day is that of its place."""
    return f"{event.title}, {dated(event.starts_at.astimezone(event.zone).date())}"


def dated(day: date) -> str:
    """ "20 Nov 2026"."""
    locale = _locale()
    return format_date(day, _DAY[locale], locale=locale)


def days(first: date, last: date) -> str:
    """From one day to another; a single one is said once."""
    return dated(first) if first == last else f"{dated(first)} – {dated(last)}"


def _locale() -> str:
    return _LOCALES.get((get_language() or "en")[:2], "en_GB")
