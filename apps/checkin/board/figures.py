"""What the door board shows: plain numbers, the same in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.checkin.models.device import DeviceState

# Over how long a rate is taken: shorter jumps, longer is late.
RATE_WINDOW = timedelta(minutes=5)
# Guests one phone can take: five seconds each, for showing, the verdict and stepping in.
PHONE_PER_MINUTE = 12

# Whoever was not heard for so long has not uploaded what they did since.
SILENT_AFTER = timedelta(seconds=60)
OLD_DATA = timedelta(minutes=10)
LOW_BATTERY = 15  # per cent


@dataclass(frozen=True, slots=True)
class Share:
    """Of one kind of ticket. to_come: of those expected, nobody went in yet."""

    name: str
    inside: int
    expected: int
    to_come: int

    @property
    def came(self) -> int:
        return self.expected - self.to_come


@dataclass(frozen=True, slots=True)
class GateLine:
    """
    pk, name: None and "" for scans at no gate. expected, to_come: tickets this gate admits. recent,
    looks, phones: entries, codes looked at, and phones that did, within the last RATE_WINDOW.
    """

    pk: int | None
    name: str
    takes_in: bool
    is_open: bool  # by its hours
    admits: frozenset[tuple[int, str]]  # variant and access level
    entries: int
    inside: int
    exits: int
    expected: int
    to_come: int
    recent: int
    looks: int
    phones: int

    @property
    def per_minute(self) -> float:
        return self.recent / (RATE_WINDOW.total_seconds() / 60)

    @property
    def load(self) -> float:
        """What its phones are asked for, of what they can do."""
        if not self.phones:
            return 0.0
        return self.looks / (RATE_WINDOW.total_seconds() / 60) / (self.phones * PHONE_PER_MINUTE)


@dataclass(frozen=True, slots=True)
class Refusal:
    verdict: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody with that ticket went in."""

    at: datetime
    within_ms: int
    gate: str
    device: str
    standing: str
    order_unknown: bool
    scan_id: str


@dataclass(frozen=True, slots=True)
class Double:
    """A ticket that went in more often than it may, with all its entries in the order they count."""

    ticket_id: int
    reference: str
    holder: str
    variant: str
    steps: Sequence[Step]

    @property
    def order_unknown(self) -> bool:
        return any(step.order_unknown for step in self.steps)


@dataclass(frozen=True, slots=True)
class DeviceLine:
    pk: int
    name: str
    gate: str
    state: str  # of DeviceState
    since: datetime | None  # offline or silent
    data_at: datetime | None
    queue: int
    battery: int | None
    flaws: int
    gap: bool  # numbers are missing in its log


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Night:
    """
    A door in numbers. inside: entries that stand, of people who were not scanned out, double ones
    included: they are in the house. recent: tickets that came for the first time in the last RATE_WINDOW.
    """

    inside: int
    left: int
    doubles: int
    overruled: int
    undone: int
    order_unknown: int
    expected: int
    to_come: int
    recent: int
    gates: Sequence[GateLine]
    variants: Sequence[Share]
    levels: Sequence[Share]
    refusals: Sequence[Refusal]
    minutes: Sequence[Minute]  # those in which somebody came, in order

    @property
    def came(self) -> int:
        """Of the tickets expected."""
        return self.expected - self.to_come

    @property
    def entries(self) -> int:
        return self.inside + self.left

    @property
    def refused(self) -> int:
        return sum(refusal.count for refusal in self.refusals)


@dataclass(frozen=True, slots=True)
class Board:
    """All that a watcher sees. counted_at: how old it is; news: what it was counted from."""

    counted_at: datetime
    news: str
    night: Night
    doubles: Sequence[Double]  # the latest few
    devices: Sequence[DeviceLine]
    open_doubts: int

    @property
    def waiting(self) -> int:
        """Entries of logs that are still on phones, as far as these could say so."""
        return sum(device.queue for device in self.devices if device.state != DeviceState.REVOKED)
