"""
From what is known to the words of the table: pure functions, followed by static/js/door/facts.js line
by line. Both are held to the cases of tests/checkin/cases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.checkin.models import Direction, EntryRule
from apps.checkin.rules import Facts


@dataclass(frozen=True, slots=True)
class Code:
    """What was shown: a signed code says its version and its end, a typed reference does not."""

    ours: bool = True
    version: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    came: datetime
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """state: of the ticket, or unknown, unsynced, too_new. stays: in the order they came."""

    state: str
    version: int = 1
    variant: int = 0
    access_level: str = ""
    here: bool = True  # it is a ticket of this event
    stays: Sequence[Stay] = field(default=())


@dataclass(frozen=True, slots=True)
class Slot:
    admits_from: datetime
    admits_until: datetime


@dataclass(frozen=True, slots=True)
class GateRule:
    """What is empty does not limit."""

    direction: str = Direction.BOTH
    variants: Collection[int] = ()
    access_levels: Collection[str] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def word(self, ticket: Known, *, at: datetime) -> str:
        if self.direction == Direction.OUT:
            return "exit"
        if self.variants and ticket.variant not in self.variants:
            return "other"
        if self.access_levels and ticket.access_level not in self.access_levels:
            return "other"
        early = self.opens_at is not None and at < self.opens_at
        late = self.closes_at is not None and at >= self.closes_at
        return "closed" if early or late else "right"


@dataclass(frozen=True, slots=True)
class EntryPolicy:
    """How often a ticket goes in. A day of the door begins at `day_starts_at` minutes after midnight."""

    rule: str
    zone: ZoneInfo
    per_day: int = 1
    day_starts_at: int = 6 * 60

    def word(self, stays: Sequence[Stay], *, at: datetime) -> str:
        if self.rule == EntryRule.PER_DAY:
            return self.daily_word(self._came_on(self.day(at), stays))
        return self.word_inside(inside=is_inside(stays), ever=bool(stays))

    def daily_word(self, came: int) -> str:
        """came: how often on that day."""
        return "day_full" if came >= self.per_day else "none"

    def word_inside(self, *, inside: bool, ever: bool) -> str:
        if inside:
            return "inside"
        return "used" if ever and self.rule == EntryRule.ONCE else "none"

    def day(self, at: datetime) -> date:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        return (wall - timedelta(minutes=self.day_starts_at)).date()

    def _came_on(self, day: date, stays: Sequence[Stay]) -> int:
        return sum(self.day(stay.came) == day for stay in stays)


def is_inside(stays: Sequence[Stay]) -> bool:
    return any(stay.left is None for stay in stays)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how the attempt is made."""

    closes_at: datetime  # when the event's doors close for good
    policy: EntryPolicy
    gate: GateRule = field(default_factory=GateRule)
    direction: str = Direction.IN


def facts(code: Code, ticket: Known, place: Place, *, slot: Slot | None, at: datetime) -> Facts:
    if not code.ours:
        return Facts(code="forged")
    leaving = place.direction == Direction.OUT
    return Facts(
        code="expired" if code.expires_at is not None and at >= code.expires_at else "good",
        event=_event(ticket, place, at=at),
        ticket=ticket.state,
        leaving=_leaving(ticket) if leaving else "no",
        version="old" if code.version not in {None, ticket.version} else "current",
        gate=place.gate.word(ticket, at=at),
        slot=_slot(slot, at=at),
        entry=place.policy.word(ticket.stays, at=at),
    )


def _event(ticket: Known, place: Place, *, at: datetime) -> str:
    if not ticket.here:
        return "another"
    return "over" if at >= place.closes_at else "this"


def _leaving(ticket: Known) -> str:
    return "inside" if is_inside(ticket.stays) else "outside"


def _slot(slot: Slot | None, *, at: datetime) -> str:
    if slot is None:
        return "now"
    if at < slot.admits_from:
        return "early"
    return "late" if at >= slot.admits_until else "now"
