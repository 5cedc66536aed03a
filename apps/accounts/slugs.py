"""The organizer's name in addresses."""

from __future__ import annotations

from apps.accounts.models import Organizer
from apps.core import slugs

LENGTH_MAX = 60
RESERVED = {"apply"}  # /organizers/apply/ is a page


def free_slug(name: str) -> str:
    slug = slugs.free_slug(name, Organizer.objects.all(), length=LENGTH_MAX, otherwise="organizer")
    return free_slug(f"{slug} organizer") if slug in RESERVED else slug
