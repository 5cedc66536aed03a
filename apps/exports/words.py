"""Why there is no file, for whoever asked for it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_REASONS = {
    "stopped": gettext_noop("It was begun several times and stopped each time. Try fewer days."),
    "too_many_bookings": gettext_noop(
        "DATEV takes no more than 99,999 bookings at once. Take fewer days."
    ),
    "not_possible": gettext_noop("It cannot be made of these days. Try it by hand to see why."),
}


def reason_words(reason: str) -> str:
    return _(_REASONS[reason]) if reason else ""
