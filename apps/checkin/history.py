"""
What became of a ticket, from every passage there is to know of: a pure function of the set, so that the
truth is the same in whatever order devices upload what they saw.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from apps.checkin.facts import EntryPolicy
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


def replay(passages: Collection[Passage], policy: EntryPolicy) -> list[Outcome]:
    """The entries among them, in the order they count."""
    story = _Story(policy)
    for passage in in_order(passages):
        if passage.direction == Direction.OUT:
            story.leave(at=passage.at)
        else:
            story.come(passage)
    return story.entries


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


class _Story:
    """Told in one pass: a ticket that was shown ten thousand times keeps no door waiting."""

    def __init__(self, policy: EntryPolicy) -> None:
        self.entries: list[Outcome] = []
        self._policy = policy
        self._inside: deque[int] = deque()  # by their number in `entries`
        self._came: Counter[date] = Counter()
        self._regular = 0
        self._of_device: dict[int | None, list[int]] = defaultdict(list)

    def come(self, passage: Passage) -> None:
        daily = self._policy.rule == EntryRule.PER_DAY
        if passage.overruled:
            self._enter(Outcome(passage, Standing.OVERRULED))
        elif self._word(passage.at) != "none":
            unknown = self._nobody_knows_who_was_first(passage)
            self._enter(Outcome(passage, Standing.DOUBLE, order_unknown=unknown))
        else:
            if daily:
                # Nobody scans them out where they may come and go: coming again, they had left.
                self.leave(at=passage.at)
            self._regular += 1
            self._enter(Outcome(passage, Standing.REGULAR, turn=self._regular))
        if daily:
            self._came[self._policy.day(passage.at)] += 1

    def leave(self, *, at: datetime) -> None:
        """Who came first leaves first; an exit of nobody inside changes nothing."""
        if self._inside:
            number = self._inside.popleft()
            self.entries[number] = replace(self.entries[number], left_at=at)

    def _word(self, at: datetime) -> str:
        if self._policy.rule == EntryRule.PER_DAY:
            return self._policy.daily_word(self._came[self._policy.day(at)])
        return self._policy.word_inside(inside=bool(self._inside), ever=bool(self.entries))

    def _enter(self, outcome: Outcome) -> None:
        number = len(self.entries)
        self._inside.append(number)
        self._of_device[outcome.passage.device].append(number)
        self.entries.append(outcome)

    def _nobody_knows_who_was_first(self, passage: Passage) -> bool:
        """By the clocks of two devices; the earlier ones are marked."""
        unknown = False
        for device, numbers in self._of_device.items():
            for number in numbers if device != passage.device else ():
                earlier = self.entries[number]
                if earlier.passage.overlaps(passage):
                    unknown = True
                    if not earlier.order_unknown:
                        self.entries[number] = replace(earlier, order_unknown=True)
        return unknown
