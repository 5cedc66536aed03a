"""German as it is written in locale/, compiled on the spot: tests need no compiled catalogue."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings
from django.utils.translation import trans_real

MESSAGES = Path(__file__).resolve().parents[1] / "locale" / "de" / "LC_MESSAGES"


@cache
def _compiled() -> Path:
    """Once in a process; it goes with it."""
    folder = Path(mkdtemp(prefix="parterre-german-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
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
    return folder


@contextmanager
def german() -> Iterator[None]:
    with override_settings(LOCALE_PATHS=[_compiled()]):
        trans_real._translations.clear()  # type: ignore[attr-defined]  # private to Django
        yield
    trans_real._translations.clear()  # type: ignore[attr-defined]  # private to Django
