"""The organizer's name in addresses."""

from __future__ import annotations

from apps.accounts.models import Organizer
from apps.core import slugs

LENGTH_MAX = 60


def free_slug(name: str) -> str:
    return slugs.free_slug(name, Organizer.objects.all(), length=LENGTH_MAX, otherwise="organizer")
