"""What templates need to look like Parterre: colours, posters, icons, titles that fit, dates of a place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from urllib.parse import urljoin

from babel.dates import format_datetime
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core import brand, markdown, style_hashes
from apps.core.money import Money, exponent
from apps.core.poster import poster as draw_poster

register = template.Library()

LONGEST_MIN, LONGEST_MAX = 5, 16
_WIDTHS = {"ijlI.,:;!'’|/-": 0.45, "frt()": 0.7, "mwMW@%&": 1.6}
_LOCALES = {"en": "en_GB", "de": "de_DE"}
_SHORT = {"en_GB": "ccc d MMMM", "de_DE": "ccc, d. MMMM"}
_DAY_MONTH = {"en_GB": "d MMMM", "de_DE": "d. MMMM"}
_FULL = {"en_GB": "EEEE d MMMM y", "de_DE": "EEEE, d. MMMM y"}
_ICONS = {
    "calendar": "M4 5h16v15H4zM4 10h16M8 2v5M16 2v5",
    "download": "M12 3v12m-5-5 5 5 5-5M4 20h16",
    "warning": "M12 3 2 20h20zM12 10v5M12 17v1",
    "map": "M12 21s-7-6.5-7-11a7 7 0 0 1 14 0c0 4.5-7 11-7 11zM12 7v6M9 10h6",
    "print": "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z",
    "mail": "M3 5h18v14H3zM3 6l9 7 9-7",
}


@register.simple_tag(takes_context=True)
def signals(context: Context, colours: str | Iterable[str]) -> SafeString:
    """The one inline style of a page: what each colour ("#rrggbb" or "") means. Known to the CSP."""
    style = brand.stylesheet([colours] if isinstance(colours, str) else colours)
    request = context.get("request")
    if not style or not isinstance(request, HttpRequest):
        return mark_safe("")
    style_hashes.allow(request, style)
    return format_html("<style>{}</style>", mark_safe(style))  # noqa: S308 - only colours we computed


@register.filter
def signal_class(colour: str) -> str:
    return brand.css_class(colour)


@register.simple_tag
def poster(seed: str) -> SafeString:
    return draw_poster(seed)


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' aria-hidden="true"><path d="{}"/></svg>',
        _ICONS[name],
    )


@register.filter(name="markdown")
def markdown_filter(text: str) -> SafeString:
    return markdown.to_html(text)


@register.filter
def price(money: Money) -> str:
    """A price, or that it costs nothing."""
    return str(money) if money else _("Free")


@register.filter
def times(money: Money, quantity: int) -> Money:
    return money * quantity


@register.filter
def grouped(reference: str) -> str:
    """In fours, for reading aloud; what is typed back loses the dashes again."""
    return "-".join(reference[i : i + 4] for i in range(0, len(reference), 4))


@register.filter
def first_name(name: str) -> str:
    """What to call somebody: the first word of what they typed."""
    return name.split(maxsplit=1)[0] if name.strip() else ""


@register.filter
def digits(currency: str) -> int:
    """After the decimal point."""
    return exponent(currency)


@register.simple_tag
def absolute(path: str) -> str:
    """For pages and pictures that other sites link to; what is absolute already stays."""
    return urljoin(settings.PUBLIC_URL, path)


@register.filter
def fit(title: str) -> str:
    """The class that tells .fit how long the longest unbreakable part of a title is, in its average letters."""
    parts = re.split(r"[\s\u200b]+|(?<=[/-])", title.replace("\u00ad", "-"))
    letters = max(math.ceil(sum(map(_letters, part))) for part in parts)
    return f"l-{min(LONGEST_MAX, max(LONGEST_MIN, letters))}"


def _letters(character: str) -> float:
    """As measured of the title face, a little rounded: its capitals are a third wider than its letters."""
    for characters, width in _WIDTHS.items():
        if character in characters:
            return width
    return 1.05 if character.islower() or character.isdigit() else 1.33


@register.filter
def clock(when: datetime, zone: tzinfo) -> str:
    return _formatted("HH:mm", when, zone)


@register.filter
def day(when: datetime, zone: tzinfo) -> int:
    return when.astimezone(zone).day


@register.filter
def weekday(when: datetime, zone: tzinfo) -> str:
    return _formatted("EEEE", when, zone)


@register.filter
def month_year(when: datetime, zone: tzinfo) -> str:
    return _formatted("LLLL y", when, zone)


def month_name(when: datetime, zone: tzinfo) -> str:
    return _formatted("LLLL", when, zone)


@register.filter
def weekday_month(when: datetime, zone: tzinfo) -> str:
    """For under a small numeral: "Fri, Mar"."""
    return _formatted("ccc, LLL", when, zone)


@register.filter
def short_date(when: datetime, zone: tzinfo) -> str:
    return _formatted(_SHORT[_locale()], when, zone)


def day_month(when: datetime, zone: tzinfo) -> str:
    return _formatted(_DAY_MONTH[_locale()], when, zone)


@register.filter
def full_date(when: datetime, zone: tzinfo) -> str:
    return _formatted(_FULL[_locale()], when, zone)


def _locale() -> str:
    return _LOCALES.get((get_language() or "en")[:2], "en_GB")


def _formatted(pattern: str, when: datetime, zone: tzinfo) -> str:
    return _written(pattern, when, zone, _locale())


@lru_cache(maxsize=8192)  # pages of an event name its few times again and again
def _written(pattern: str, when: datetime, zone: tzinfo, locale: str) -> str:
    return format_datetime(when.astimezone(zone), pattern, locale=locale)
