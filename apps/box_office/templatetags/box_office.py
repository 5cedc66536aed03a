"""How a till is told."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from apps.box_office.models import LineKind
from apps.box_office.selectors import Part, Side
from apps.core.money import Money

register = template.Library()


@register.filter
def parts(side: Side) -> list[tuple[str, Part]]:
    """In the order of the day, each with its name."""
    return [(str(kind.label), side.parts[kind]) for kind in LineKind if kind in side.parts]


@register.filter
def difference_words(difference: Money) -> str:
    if not difference:
        return _("It is right to the cent.")
    if difference.minor < 0:
        return _("%(sum)s are missing.") % {"sum": -difference}
    return _("%(sum)s too much.") % {"sum": difference}


@register.filter
def difference_tone(minor: int) -> str:
    return "warn" if minor else "good"
