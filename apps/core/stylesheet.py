"""
Each kind of page gets one stylesheet, put together from small hand-kept sources.

A finder, so that `collectstatic` and the test server see it alike and nothing generated is committed.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(settings.BASE_DIR) / "static" / "css"
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

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: ARG002, FBT001, FBT002
        if path not in SHEETS:
            return []
        _write(path)
        found = _store().path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:  # noqa: ARG002
        for path in SHEETS:
            _write(path)
            yield path, _store()


def _write(path: str) -> None:
    target = Path(_store().path(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(joined(SHEETS[path]))


@cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="parterre-css-")


@cache
def _store() -> FileSystemStorage:
    return FileSystemStorage(location=_directory().name)
