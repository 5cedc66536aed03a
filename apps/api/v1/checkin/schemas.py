"""What phones send and get. Times are integer milliseconds since 1970, unless a field says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from apps.checkin.models import Verdict

ID_MAX = 2**63 - 1
_MS_MAX = 2**42  # the year 2109
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2109, 1, 1, tzinfo=UTC)


def _in_range(at: datetime) -> datetime:
    if not _FIRST <= at < _LAST:  # converted it might be in no calendar
        raise ValueError("a time between 1970 and 2109")
    return at


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("without NUL")
    return text


class ProblemOut(Schema):
    """application/problem+json (RFC 9457)"""

    type: str
    title: str
    status: int
    code: str = Field(description="A stable word for programs.")
    detail: str = Field(description="A sentence for people.")
    errors: list[dict[str, Any]] = Field([], description="What exactly, by field.")
    retry_after: int | None = Field(None, description="Seconds, with 429.")


# What every call of a phone may be answered.
REFUSED: dict[int, type[Schema]] = {401: ProblemOut, 422: ProblemOut, 429: ProblemOut}
REFUSED_OR_MISSING: dict[int, type[Schema]] = {**REFUSED, 404: ProblemOut}

Id = Annotated[int, Field(ge=1, le=ID_MAX)]
Ms = Annotated[int, Field(ge=0, le=_MS_MAX)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_range)]
Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=60),
    AfterValidator(_storable),
]


class PairIn(Schema):
    code: str = Field(
        min_length=1, max_length=40, description="As shown: eight characters, 4Q7K-M2XD."
    )
    name: Name = Field("", description="What this phone is called; empty: the offer's name.")
    nonce: str = Field(
        "",
        max_length=64,
        pattern=r"^([\w-]{20,64})?$",
        description="Made at random for this pairing, and sent again with it.",
    )


class DeviceOut(Schema):
    id: int
    name: str
    gate: int | None = Field(description="Where it stands; null: at no gate in particular.")
    box_office: bool = Field(description="It may sell at the door.")


class PairOut(Schema):
    device: int
    key: str = Field(description="Sent as `Authorization: Device <key>`. Shown this once.")
    name: str
    gate: int | None
    box_office: bool


class DoorEventOut(Schema):
    id: int
    slug: str
    title: str
    starts_at: int
    doors_at: int | None
    ends_at: int
    closes_at: int = Field(description="Nobody is admitted from then on.")
    timezone: str = Field(description="IANA name")
    language: str


class DoorSettingsOut(Schema):
    entry_rule: Literal["once", "with_exit", "per_day"]
    entries_per_day: int
    day_starts_at: int = Field(description="Minutes after midnight on the event's clock.")
    unsynced: Literal["admit", "refuse"] = Field(
        description="A signed code that is newer than the phone's data."
    )
    names_offline: bool = Field(description="Phones hold names and notes.")
    start_pin: bool = Field(description="Phones ask for a PIN when they start.")
    slow_after_ms: int
    offline_after: int = Field(description="Slow or failed calls until a phone goes offline.")


class GateOut(Schema):
    id: int
    name: str
    direction: Literal["in", "out", "both"]
    variants: list[int] = Field(description="Admits only these; empty: all.")
    access_levels: list[str] = Field(description="Admits only these; empty: all.")
    opens_at: int | None
    closes_at: int | None


class DoorVariantOut(Schema):
    id: int
    name: str
    access_level: str
    admits_from: int | None = Field(description="Its time slot, if it has one.")
    admits_until: int | None


class SupervisorOut(Schema):
    id: int
    name: str
    salt: str = Field(description="hex")
    iterations: int = Field(description="of PBKDF2-HMAC-SHA256")
    check: str = Field(description="hex SHA-256 of the 32 bytes derived from the PIN")


class RuleOut(Schema):
    fact: str
    value: str
    verdict: str
    reason: str
    overrule: str = Field(description="Who may overrule it: nobody or supervisor.")


class DoorOut(Schema):
    server_time: int
    door_version: str = Field(
        description="Told by every `hello`; read the door again when it differs."
    )
    device: DeviceOut
    event: DoorEventOut
    settings: DoorSettingsOut
    gates: list[GateOut]
    variants: list[DoorVariantOut]
    supervisors: list[SupervisorOut]
    keys: dict[str, Any] = Field(description="JSON Web Key Set (RFC 7517) that verifies tickets.")
    rules: list[RuleOut] = Field(
        description="Read from the top: the first row that fits decides; none: admitted."
    )
    offline: str = Field(
        description="Why this phone cannot check tickets by itself; empty: it can."
    )


class TicketsOut(Schema):
    cursor: str = Field(description="Keep the one of the first page and ask with it next time.")
    next: str | None = Field(
        description="Send it as `after` for the next page; null: the last one."
    )
    tickets: list[list[Any]] = Field(
        description="[reference, holder, variant, access_level, state, version, place, note,"
        " [[in_at, left_at or null, gate or null, device_name], …]]. Holder and note are empty when"
        " phones may not keep them."
    )


class ScanIn(Schema):
    token: str = Field(
        min_length=1, max_length=2000, description="The code, or the twelve characters beside it."
    )
    gate: Id | None = Field(None, description="May be null for a device only.")
    scan_id: UUID = Field(description="Made once for each decoded code.")
    scanned_at: Moment = Field(description="The phone's clock: RFC 3339 with a zone, or ms.")
    device: Name = Field("", description="What the phone is called; a device has its own name.")
    mode: Literal["door", "box_office", "manual", "kiosk"] = "door"
    direction: Literal["in", "out"] = "in"


class ScannedTicket(Schema):
    reference: str
    holder: str
    variant: str = Field(description="its name")
    access_level: str
    place: str


class OtherEvent(Schema):
    title: str
    starts_at: datetime


class LastEntry(Schema):
    at: datetime
    gate: str
    device: str


class Change(Schema):
    at: datetime
    reason: str


class ScanOut(Schema):
    """Times are RFC 3339 in UTC."""

    scan_id: UUID
    verdict: Verdict
    reason: str = Field(description="A word for the row of the table; empty: admitted plainly.")
    overrule: str = Field(description="Who may overrule a refusal: nobody or supervisor.")
    at: datetime
    ticket: ScannedTicket | None = Field(description="When it is one of this organizer's.")
    event: OtherEvent | None = Field(description="Of a ticket for another event.")
    entry: LastEntry | None = Field(description="Of a ticket already used.")
    change: Change | None = Field(description="Since when and why it is blocked or refunded.")


class LogIn(Schema):
    entries: list[str] = Field(
        max_length=500, description="Each a JSON text, in any order; see docs/door.md."
    )


class RefusedEntry(Schema):
    seq: int
    why: str


class LogOut(Schema):
    head: int = Field(description="The log is here without a gap up to this number.")
    hash: str = Field(description="of that entry")
    missing: list[tuple[int, int]] = Field(description="Gaps above it: from, to.")
    refused: list[RefusedEntry] = Field(
        description="Kept aside: another entry has this number or id."
    )
    quarantined: bool = Field(description="The key was revoked: kept, but it does not count.")
    server_time: int


class HelloIn(Schema):
    queue: int = Field(0, ge=0, le=2**31 - 1, description="Log entries not uploaded yet.")
    data_at: Ms | None = Field(None, description="How fresh its tickets are.")
    battery: int | None = Field(None, ge=0, le=100, description="Per cent.")
    offline_since: Ms | None = None


class CountsOut(Schema):
    inside: int
    expected: int
    by_gate: dict[int, int]


class HelloOut(Schema):
    server_time: int
    counts: CountsOut
    door_version: str
    box_office: bool


class DevicePatch(Schema):
    gate: Id | None = Field(None, description="null: at no gate in particular.")
    name: Name | None = Field(None, min_length=1)


class GuestOut(Schema):
    reference: str
    holder: str
    variant: int
    variant_name: str
    access_level: str
    state: str
    place: str
    note: str
    entries: list[tuple[int, int | None, int | None, str]] = Field(
        description="[in_at, left_at or null, gate or null, device_name]"
    )


class GuestsOut(Schema):
    guests: list[GuestOut] = Field(description="At most 20, by name.")


class NoteIn(Schema):
    ticket: str = Field(min_length=1, max_length=20, description="reference")
    text: Text = Field(max_length=200, description="Empty: takes the note away.")


class NoteOut(Schema):
    ticket: str
    text: str
    at: int
