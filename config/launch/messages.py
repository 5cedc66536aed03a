"""Translations for machines without gettext's own programs: the .po files of a language become one .mo."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.launch.folders import ROOT

LOCALE = ROOT / "locale"


def compile_all() -> None:
    for folder in LOCALE.glob("*/LC_MESSAGES"):
        sources = sorted(folder.glob("*.po"))
        target = folder / "django.mo"
        if not target.exists() or any(_newer(source, target) for source in sources):
            _compile(sources, target)


def _newer(source: Path, target: Path) -> bool:
    return target.stat().st_mtime <= source.stat().st_mtime


def _compile(sources: list[Path], target: Path) -> None:
    language = target.parent.parent.name
    whole = Catalog(locale=language)
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    # A file of its own first: several may compile at once.
    partial = target.with_suffix(f".{os.getpid()}")
    with partial.open("wb") as out:
        write_mo(out, whole)
    partial.rename(target)


if __name__ == "__main__":
    compile_all()
