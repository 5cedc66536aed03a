"""A mail as its parts. Each knows its plain words; templates/emails/letter.html draws the same parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Part(Protocol):
    kind: ClassVar[str]  # a branch of letter.html

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    kind: ClassVar[str] = "words"
    text: str


@dataclass(frozen=True, slots=True)
class SmallPrint:
    kind: ClassVar[str] = "small"
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    kind: ClassVar[str] = "rule"
    text: str = "-" * 24


@dataclass(frozen=True, slots=True)
class Day:
    """The numeral that stands for the evening."""

    kind: ClassVar[str] = "day"
    number: str
    weekday: str
    month: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The first line is strong."""

    kind: ClassVar[str] = "facts"
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Button:
    kind: ClassVar[str] = "button"
    label: str
    url: str

    @property
    def text(self) -> str:
        return f"{self.label}:\n{self.url}"


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type in."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    amount: str = ""
    weight: str = "line"  # "line", "sub" or "all"


@dataclass(frozen=True, slots=True)
class Sums:
    kind: ClassVar[str] = "sums"
    rows: tuple[Sum, ...]

    @property
    def text(self) -> str:
        return "\n".join(
            f"{'  ' if row.weight == 'sub' else ''}{row.label}: {row.amount}" for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """One ticket: what it is, whose, where it opens, and its code as a PNG by URL."""

    kind: ClassVar[str] = "picture"
    title: str
    detail: str
    url: str
    png_url: str

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.detail}"


@dataclass(frozen=True, slots=True)
class Letter:
    """colour: "#rrggbb" of the button, or "" for ink."""

    subject: str
    heading: str
    parts: tuple[Part, ...]
    colour: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join([self.heading, *(part.text for part in self.parts)]) + "\n"

    @property
    def preview(self) -> str:
        """What inboxes show beside the subject."""
        return next((part.text for part in self.parts if isinstance(part, Words)), self.heading)


class NotNeeded(Exception):
    """By the time it is written there is nothing to say any more: the order was paid, cancelled …"""
