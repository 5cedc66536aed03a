"""The event's name in its address."""

from __future__ import annotations

from apps.core import slugs
from apps.events.models import Event

LENGTH_MAX = 80


def free_slug(title: str) -> str:
    return slugs.free_slug(title, Event.objects.all(), length=LENGTH_MAX, otherwise="event")
