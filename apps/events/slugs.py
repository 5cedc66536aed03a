"""The event's name in its address."""

from __future__ import annotations

from django.utils.text import slugify

from apps.events.models import Event

LENGTH_MAX = 80
_TAIL = 5  # room for "-9999"


def free_slug(title: str) -> str:
    """From the title; numbered when another event has it."""
    german = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    stem = slugify(title.lower().translate(german))[: LENGTH_MAX - _TAIL].rstrip("-") or "event"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{stem}-{n}") not in taken)
