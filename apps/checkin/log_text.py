"""A device's log entry as it is sent: a JSON text, hashed as it stands, so nobody has to agree on a form."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from apps.checkin.models import Mode, Verdict

FIRST_PREV = "0" * 64
TEXT_LENGTH_MAX = 4000
SEQ_MAX = 200_000  # one a second for two days and nights; a log has an end, also a stolen phone's
_MS_MAX = 2**42  # the year 2109
_WITHIN_MS_MAX = 7 * 24 * 3600 * 1000
_Ms = Annotated[int, Field(ge=0, le=_MS_MAX)]
_WAYS = {Verdict.ADMITTED: "in", Verdict.LEFT: "out"}


class _Entry(BaseModel):
    model_config = ConfigDict(strict=False, frozen=True, extra="ignore")

    v: Literal[1]
    seq: int = Field(ge=1, le=SEQ_MAX)
    prev: str = Field(pattern=r"^[0-9a-f]{64}$")
    id: UUID
    at: _Ms
    offset: int = Field(ge=-_MS_MAX, le=_MS_MAX)
    within: int = Field(ge=0, le=_WITHIN_MS_MAX)
    gate: int | None = None
    direction: Literal["in", "out"] = "in"
    mode: Mode = Mode.DOOR

    @property
    def happened_at(self) -> datetime:
        """
        :raises OverflowError: beyond what a calendar has.
        """
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.at + self.offset)

    @property
    def device_time(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.at)


class ScanText(_Entry):
    kind: Literal["scan"]
    code: str = Field(max_length=2000)
    ticket: str | None = Field(None, max_length=12)
    verdict: Verdict
    reason: str = Field("", max_length=20)
    by: Literal["phone", "server"]
    instead_of: UUID | None = None

    @model_validator(mode="after")
    def _possible(self) -> ScanText:
        if self.instead_of == self.id:
            raise ValueError("it replaces itself")
        if _WAYS.get(self.verdict, self.direction) != self.direction:
            raise ValueError("nobody is admitted on the way out, nor leaves on the way in")
        return self


class OverrideText(_Entry):
    kind: Literal["override"]
    direction: Literal["in"] = "in"
    of: UUID
    ticket: str = Field(max_length=12)
    supervisor: int
    words: str = Field("", max_length=200)
    proof: str = Field("", max_length=64)


class UndoText(_Entry):
    kind: Literal["undo"]
    of: UUID


class PinFailedText(_Entry):
    kind: Literal["pin_failed"]
    supervisor: int | None = None


class StartText(_Entry):
    kind: Literal["start"]
    app: str = Field("", max_length=60)


Text = ScanText | OverrideText | UndoText | PinFailedText | StartText
_ADAPTER: TypeAdapter[Text] = TypeAdapter(Text, config=None)


def read(text: str) -> Text:
    """
    :raises ValueError: not an entry; says where it is wrong.
    """
    if len(text) > TEXT_LENGTH_MAX or "\\u0000" in text or "\x00" in text:
        raise ValueError("too long, or with a character nobody can store")
    entry = _ADAPTER.validate_json(text)
    try:
        _ = entry.happened_at
    except OverflowError as beyond:
        raise ValueError("its time is in no calendar") from beyond
    return entry


def number_of(text: str) -> int:
    """Of an entry that cannot be read; 0 when it does not say."""
    try:
        number = json.loads(text)["seq"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return number if type(number) is int and 0 < number <= SEQ_MAX else 0


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of_which(entry: Text) -> UUID | None:
    """The scan it speaks of."""
    match entry:
        case ScanText():
            return entry.instead_of
        case OverrideText() | UndoText():
            return entry.of
        case _:
            return None
