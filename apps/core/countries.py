"""Countries: their names, where the EU's VAT law holds, and on which clock they close a year."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from django.utils.translation import get_language

_EU = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
_OTHERS = {
    "CH": "Europe/Zurich",
    "GB": "Europe/London",
    "IS": "Atlantic/Reykjavik",
    "LI": "Europe/Vaduz",
    "NO": "Europe/Oslo",
    "US": "America/New_York",
}
ZONES = {**_EU, **_OTHERS}


def in_eu(country: str) -> bool:
    return country in _EU


def zone_of(country: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(country, "UTC"))


def name_of(country: str) -> str:
    """In the active language."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return str(names.get(country, country))


def choices() -> list[tuple[str, str]]:
    return list(_choices_in(get_language() or "en"))


@cache
def _choices_in(_language: str) -> list[tuple[str, str]]:
    return sorted(((code, name_of(code)) for code in ZONES), key=lambda choice: choice[1])
