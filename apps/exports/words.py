"""Why there is no file, for whoever asked for it."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_noop

_FAILURES = {
    "stopped": gettext_noop("It was begun several times and stopped each time. Try fewer days."),
    "too_many_bookings": gettext_noop(
        "DATEV takes no more than 99,999 bookings at once. Take fewer days."
    ),
    "not_possible": gettext_noop("It cannot be made of these days. Try it by hand to see why."),
}


def failure_words(failure: str) -> str:
    return _now(_FAILURES[failure]) if failure else ""
