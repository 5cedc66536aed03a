"""Names in addresses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

_TAIL = 5  # room for "-9999"
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def free_slug(title: str, rows: QuerySet[Any], *, length: int, otherwise: str) -> str:
    """From the title, or `otherwise` when nothing of it is left; numbered when another row has it."""
    stem = slugify(title.lower().translate(_GERMAN))[: length - _TAIL].rstrip("-") or otherwise
    taken = set(rows.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{stem}-{n}") not in taken)
