"""How a paid order says goodbye: by how far away the evening is, on the clock of its place."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.core.templatetags import look
from apps.events.models import Event

SOON = timedelta(hours=3)
EVENING_HOUR = 17
WEEK, FOUR_WEEKS, ALMOST_A_YEAR = 7, 28, 330  # days


def see_you(event: Event, name: str, *, at: datetime) -> str:
    """name: what to call the buyer, or ""."""
    parts = {"words": _words(event, at=at), "name": name}
    return _("%(words)s, %(name)s!") % parts if name else _("%(words)s!") % parts


def _words(event: Event, *, at: datetime) -> str:
    if at >= event.ends_at:
        return _("Thank you")
    if event.starts_at - at < SOON:
        return _("See you soon")
    starts, today = event.starts_at.astimezone(event.zone), at.astimezone(event.zone)
    days = (starts.date() - today.date()).days
    if days == 0:
        return _("See you tonight") if starts.hour >= EVENING_HOUR else _("See you later today")
    if days == 1:
        return _("See you tomorrow")
    return _words_of_a_date(event, days)


def _words_of_a_date(event: Event, days: int) -> str:
    if days < WEEK:
        return _("See you on %(weekday)s") % {"weekday": look.weekday(event.starts_at, event.zone)}
    if days < FOUR_WEEKS:
        return _("See you on %(date)s") % {"date": look.day_month(event.starts_at, event.zone)}
    of_a_month = look.month_name if days < ALMOST_A_YEAR else look.month_year
    return _("See you in %(month)s") % {"month": of_a_month(event.starts_at, event.zone)}
