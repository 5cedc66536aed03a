"""Arrivals as coordinates for SVG. Pure: the templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.checkin.board.figures import Minute

WIDTH, HEIGHT = 720, 200
TOP, FOOT, LEFT = 24, 28, 36
SHOWN = timedelta(minutes=60)
BARS_MAX = 72
_DAY = timedelta(days=1)
# Width of a bar, and from label to label, in minutes.
_SCALES = ((1, 10), (2, 20), (5, 60), (10, 60), (15, 120), (30, 240), (60, 720))
LABEL_EVERY = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    count: int
    now: bool  # the minute that is not over


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    width: int
    height: int
    floor: int
    bars: Sequence[Bar]
    times: Sequence[Mark]  # x
    levels: Sequence[Mark]  # y
    most: int


def bars(
    minutes: Sequence[Minute],
    *,
    at: datetime,
    zone: ZoneInfo,
    shown: timedelta = SHOWN,
    step: timedelta = _MINUTE,
    label_every: timedelta = LABEL_EVERY,
) -> Bars | None:
    """One bar for each step of the time shown until `at`; None when nobody ever came."""
    if not minutes:
        return None
    end = _floor(at, step)
    first = end - shown + step
    number = round(shown / step)
    counts = [0] * number
    for minute in minutes:
        place = (_floor(minute.at, step) - first) // step
        if 0 <= place < number:
            counts[place] += minute.count
    most = _scale(max(counts))
    floor, room = HEIGHT - FOOT, HEIGHT - FOOT - TOP
    pitch = (WIDTH - LEFT) / number
    drawn = [
        Bar(
            x=round(LEFT + place * pitch, 1),
            y=round(floor - room * count / most, 1),
            width=round(pitch * 0.8, 1),
            height=round(room * count / most, 1),
            count=count,
            now=place == number - 1,
        )
        for place, count in enumerate(counts)
    ]
    times = [
        Mark(round(LEFT + place * pitch, 1), _label(wall, label_every))
        for place in range(number)
        if _is_round(wall := (first + place * step).astimezone(zone), label_every)
    ]
    levels = [Mark(round(floor - room * n / most, 1), f"{n}") for n in _levels(most)]
    return Bars(WIDTH, HEIGHT, floor, drawn, times, levels, max(counts))


def whole_night(minutes: Sequence[Minute], *, zone: ZoneInfo) -> Bars | None:
    """From the first to the last who came, in bars as narrow as fit; long events by days."""
    if not minutes:
        return None
    span = minutes[-1].at - minutes[0].at + _MINUTE
    fitting = (scale for scale in _SCALES if span / (scale[0] * _MINUTE) <= BARS_MAX - 2)
    hours = 1 + span // (60 * _MINUTE * (BARS_MAX - 2))
    width, label = next(fitting, (60 * hours, _DAY // _MINUTE))
    step, every = width * _MINUTE, label * _MINUTE
    end = _floor(minutes[-1].at, step) + step
    shown = end - _floor(minutes[0].at, step) + step
    return bars(minutes, at=end, zone=zone, shown=shown, step=step, label_every=every)


def _floor(moment: datetime, step: timedelta) -> datetime:
    seconds = moment.timestamp() // step.total_seconds() * step.total_seconds()
    return datetime.fromtimestamp(seconds, tz=moment.tzinfo)


def _is_round(wall: datetime, every: timedelta) -> bool:
    return (wall.hour * 60 + wall.minute) % (every // _MINUTE) == 0


def _label(wall: datetime, every: timedelta) -> str:
    return f"{wall.day}.{wall.month}." if every >= _DAY else f"{wall:%H:%M}"


def _scale(most: int) -> int:
    step = _step(max(most, 4))
    return -(-max(most, 4) // step) * step


def _levels(most: int) -> list[int]:
    return list(range(0, most + 1, _step(most)))


def _step(most: int) -> int:
    """A round number that cuts the scale into two to four."""
    power = 1
    while True:
        for digit in _STEPS:
            if most / (digit * power) <= 4:
                return digit * power
        power *= 10
