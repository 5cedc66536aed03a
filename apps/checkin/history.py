"""
What became of a ticket, from every passage there is to know of: a pure function of the set, so that the
truth is the same in whatever order devices upload what they saw.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from apps.checkin.facts import EntryPolicy, Stay
from apps.checkin.models import Direction, EntryRule, Standing


@dataclass(frozen=True, slots=True)
class Passage:
    """
    Somebody was let through. at: by the server's clock, or the device's clock corrected, give or take
    `within`. seq: its number in the log of its device, None while that log has not arrived.
    """

    scan_id: uuid.UUID
    at: datetime
    device: int | None = None
    seq: int | None = None
    within: timedelta = timedelta(0)
    direction: str = Direction.IN
    overruled: bool = False

    def overlaps(self, other: Passage) -> bool:
        return abs(self.at - other.at) <= self.within + other.within


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an entry turned out to be. turn: its number among the regular ones, 1 for all others."""

    passage: Passage
    standing: Standing
    turn: int = 1
    left_at: datetime | None = None
    order_unknown: bool = False

    @property
    def stay(self) -> Stay:
        return Stay(self.passage.at, self.left_at)


def replay(passages: Collection[Passage], policy: EntryPolicy) -> list[Outcome]:
    """The entries among them, in the order they count."""
    entries: list[Outcome] = []
    for passage in in_order(passages):
        if passage.direction == Direction.OUT:
            _leave(entries, at=passage.at)
        else:
            _come(entries, passage, policy)
    return entries


def in_order(passages: Collection[Passage]) -> list[Passage]:
    """
    Within a device its log decides. Across devices the corrected time does, and where two are equal
    the device that was paired first.
    """
    times: dict[uuid.UUID, datetime] = {}
    logs: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        times[passage.scan_id] = passage.at
        if passage.device is not None and passage.seq is not None:
            logs[passage.device].append(passage)
    for log in logs.values():
        _never_backwards(log, times)
    return sorted(passages, key=lambda p: (times[p.scan_id], p.device or 0, p.seq or 0, p.scan_id))


def _never_backwards(log: list[Passage], times: dict[uuid.UUID, datetime]) -> None:
    """A clock that was set back does not change the order of one device's own log."""
    log.sort(key=lambda passage: passage.seq or 0)
    for before, after in pairwise(log):
        times[after.scan_id] = max(times[before.scan_id], times[after.scan_id])


def _come(entries: list[Outcome], passage: Passage, policy: EntryPolicy) -> None:
    word = policy.word([entry.stay for entry in entries], at=passage.at)
    if passage.overruled:
        entries.append(Outcome(passage, Standing.OVERRULED))
    elif word != "none":
        _double(entries, passage)
    else:
        regular = sum(entry.standing == Standing.REGULAR for entry in entries)
        if policy.rule == EntryRule.PER_DAY:
            # Nobody scans them out where they may come and go: coming again, they had left.
            _leave(entries, at=passage.at)
        entries.append(Outcome(passage, Standing.REGULAR, turn=regular + 1))


def _double(entries: list[Outcome], passage: Passage) -> None:
    unknown = False
    for number, earlier in enumerate(entries):
        if earlier.passage.device != passage.device and earlier.passage.overlaps(passage):
            entries[number] = replace(earlier, order_unknown=True)
            unknown = True
    entries.append(Outcome(passage, Standing.DOUBLE, order_unknown=unknown))


def _leave(entries: list[Outcome], *, at: datetime) -> None:
    """Who came first leaves first; an exit of nobody inside changes nothing."""
    for number, entry in enumerate(entries):
        if entry.left_at is None:
            entries[number] = replace(entry, left_at=at)
            return
