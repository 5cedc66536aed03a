"""When and where, in the reader's language and the event's own time."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date, format_time
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.events.models import Event
from apps.notifications.letter import Day, Facts


def where_and_when(event: Event) -> Facts:
    begins = clock(event, event.starts_at)
    when = _("Start %(start)s") % {"start": begins}
    if event.doors_at:
        doors = clock(event, event.doors_at)
        when = _("Doors %(doors)s, start %(start)s") % {"doors": doors, "start": begins}
    venue = event.venue
    town = f"{venue.postcode} {venue.city}".strip()
    return Facts((when, venue.name, ", ".join(filter(None, (venue.street, town)))))


def day(event: Event) -> Day:
    starts = event.starts_at.astimezone(event.zone)
    return Day(
        number=str(starts.day),
        weekday=format_date(starts, "EEEE", locale=locale()),
        month=format_date(starts, "MMMM y", locale=locale()),
        text=date(event),
    )


def date(event: Event) -> str:
    starts = event.starts_at.astimezone(event.zone)
    return str(format_date(starts, "full", locale=locale()))


def clock(event: Event, moment: datetime) -> str:
    return str(format_time(moment, "short", tzinfo=event.zone, locale=locale()))


def locale() -> str:
    """English dates are British, as on our pages."""
    language = get_language() or "en"
    return "en_GB" if language == "en" else language
