"""German as it is written in locale/, compiled on the spot: tests need no compiled catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings
from django.utils.translation import trans_real

MESSAGES = Path(__file__).resolve().parents[1] / "locale" / "de" / "LC_MESSAGES"


@contextmanager
def german(folder: Path) -> Iterator[None]:
    """folder: an empty one, for the compiled catalogue."""
    target = folder / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    whole = Catalog(locale="de")
    for source in sorted(MESSAGES.rglob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale="de"):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    with (target / "django.mo").open("wb") as file:
        write_mo(file, whole)
    with override_settings(LOCALE_PATHS=[folder]):
        trans_real._translations.clear()  # type: ignore[attr-defined]  # private to Django
        yield
    trans_real._translations.clear()  # type: ignore[attr-defined]  # private to Django
