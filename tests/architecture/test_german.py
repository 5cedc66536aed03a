"""Every sentence people read exists in German, with the same placeholders."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
# The sandbox and the demo's control pages speak the providers' English.
ENGLISH_ONLY = {"sandbox"}


def sources() -> Iterator[tuple[Path, str]]:
    for path in (ROOT / "apps").rglob("*.py"):
        if not {"migrations", *ENGLISH_ONLY} & set(path.parts):
            yield path, path.read_text()
    for top in ("templates", "apps"):
        for path in (ROOT / top).rglob("*"):
            if path.suffix in {".html", ".txt"} and not ENGLISH_ONLY & set(path.parts):
                flat = (line.strip() for line in templatize(path.read_text()).splitlines())
                yield path, "\n".join(flat)


def sentences() -> Iterator[tuple[str, str]]:
    """Each message id and where it stands."""
    for path, code in sources():
        found = extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {"encoding": "utf-8"})
        for line, function, found_messages, _comments in found:
            messages: Any = found_messages
            texts = [messages] if isinstance(messages, str) else [m for m in messages if m]
            if str(function).startswith(("pgettext", "npgettext")):
                texts = texts[1:]
            for text in texts[:1]:
                yield text, f"{path.relative_to(ROOT)}:{line}"


def pairs() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """English and German, with their plurals if they have some."""
    for path in sorted((ROOT / "locale/de/LC_MESSAGES").rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if message.id:
                    yield _both(message.id), _both(message.string)


def german() -> dict[str, tuple[str, ...]]:
    return {english[0]: strings for english, strings in pairs()}


def test_no_sentence_is_said_in_two_ways() -> None:
    """All files become one catalogue, where the later of two would win unseen."""
    said: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[str]]] = {}
    for path in sorted((ROOT / "locale/de/LC_MESSAGES").rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if message.id:
                    key = (message.context or "", _both(message.id)[:1])
                    ways = said.setdefault(key, {})
                    ways.setdefault(_both(message.string), []).append(path.name)
    assert {key: ways for key, ways in said.items() if len(ways) > 1} == {}


def _both(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_every_sentence_is_there_in_german() -> None:
    known = german()
    missing = {text: where for text, where in sentences() if not all(known.get(text) or ("",))}
    assert missing == {}


def test_placeholders_are_the_same_in_german() -> None:
    wrong = {
        english: strings
        for english, strings in pairs()
        if _names(english[-1]) != _names(strings[-1])
    }
    assert wrong == {}


def _names(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


# "Sie" within a sentence is an address; at its beginning it may be "they".
POLITE = re.compile(r"\bIhnen\b|[a-zäöüß] Sie\b|[a-zäöüß,] Ihr(?:e[mnrs]?)?\b")


def test_people_are_addressed_in_one_way() -> None:
    assert [text for _, strings in pairs() for text in strings if POLITE.search(text)] == []
