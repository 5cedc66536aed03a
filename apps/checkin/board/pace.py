"""How fast they come, until when it takes, and whether another gate would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.checkin.board.figures import PHONE_PER_MINUTE, RATE_WINDOW, GateLine, Night

# Beyond that a forecast says nothing.
FORECAST_MAX = timedelta(hours=6)
# Of what its phones can do: from here on people queue, below that nobody waits for a phone.
FULL, BUSY = 0.8, 0.5
# So many that another gate is worth opening.
QUEUE_MIN = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """done_at: when everyone is in at this rate; None where nobody comes, or too few to say."""

    per_minute: float
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hint:
    """
    This gate is full. late: minutes after the beginning until the last one is in, 0 when they make it.
    others: gates that admit everybody this one does, and have room.
    """

    gate: str
    per_minute: int
    phones: int
    can: int  # a minute
    to_come: int
    late: int
    others: Sequence[str]


def pace_of(night: Night, *, at: datetime) -> Pace:
    minutes = RATE_WINDOW.total_seconds() / 60
    if night.minutes:
        open_for = (at - night.minutes[0].at).total_seconds() / 60
        minutes = min(minutes, max(open_for, 1.0))
    rate = night.recent / minutes
    if not night.to_come or not rate:
        return Pace(rate, None)
    needs = timedelta(minutes=night.to_come / rate)
    return Pace(rate, at + needs if needs <= FORECAST_MAX else None)


def hint_of(night: Night, *, starts_at: datetime, at: datetime) -> Hint | None:
    """
    For the fullest gate. Slow arrivals are nobody's queue: while the phones have time, the people are
    simply not there yet.
    """
    pace = pace_of(night, at=at)
    late = _late(pace, starts_at)
    worth = FULL if not late else BUSY
    crowded = [g for g in night.gates if g.takes_in and g.load >= worth and g.to_come >= QUEUE_MIN]
    if not crowded:
        return None
    gate = max(crowded, key=lambda crowd: crowd.load)
    return Hint(
        gate=gate.name,
        per_minute=round(gate.looks / (RATE_WINDOW.total_seconds() / 60)),
        phones=gate.phones,
        can=gate.phones * PHONE_PER_MINUTE,
        to_come=gate.to_come,
        late=late,
        others=[other.name for other in _with_room(night.gates, gate)],
    )


def _late(pace: Pace, starts_at: datetime) -> int:
    if pace.done_at is None or pace.done_at <= starts_at:
        return 0
    return round((pace.done_at - starts_at).total_seconds() / 60)


def _with_room(gates: Sequence[GateLine], full: GateLine) -> list[GateLine]:
    """The quietest first."""
    others = [
        gate
        for gate in gates
        if gate.pk and gate.pk != full.pk and gate.takes_in and gate.is_open
        if gate.load < BUSY and gate.admits >= full.admits
    ]
    return sorted(others, key=lambda gate: (gate.load, gate.name))
