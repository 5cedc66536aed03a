"""
Each kind of page gets one stylesheet, put together from small hand-kept sources.

A finder, so that `collectstatic` and the test server see it alike and nothing generated is committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from threading import get_ident
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(settings.BASE_DIR) / "static" / "css"
# One folder for all processes and all time: who is killed leaves nothing behind.
BUILT = Path(settings.BASE_DIR) / ".run" / "css"
BASE = ("tokens", "base", "frame", "controls", "parts")
SHEETS = {
    "css/parterre.css": (*BASE, "ticket", "shop", "orders"),
    "css/parterre-door.css": (*BASE, "door", "door-setup"),
    "css/parterre-box-office.css": (*BASE, "ticket", "door", "box_office"),
    "css/parterre-board.css": (*BASE, "figures", "board"),
    "css/parterre-console.css": (*BASE, "figures", "console"),
}


def joined(names: Iterable[str]) -> str:
    """The sources one after the other, without comments and indentation."""
    text = "\n".join((SOURCES / f"{name}.css").read_text() for name in names)
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", without_comments).strip() + "\n"


class StylesheetFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:  # noqa: ARG002 - Django's signature
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: ARG002, FBT001, FBT002 - Django's
        if path not in SHEETS:
            return []
        _write(path)
        found = _store().path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:  # noqa: ARG002 - Django's
        for path in SHEETS:
            _write(path)
            yield path, _store()


def _write(path: str) -> None:
    """Whole at every moment: another process may be reading it."""
    target, text = Path(_store().path(path)), joined(SHEETS[path])
    if target.exists() and target.read_text() == text:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}-{get_ident()}")
    fresh.write_text(text)
    fresh.replace(target)


def _store() -> FileSystemStorage:
    return FileSystemStorage(location=BUILT)
