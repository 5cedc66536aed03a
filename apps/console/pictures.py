"""Pictures of numbers, as coordinates for SVG. Pure: the templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.console.selectors.door import Slot
from apps.console.selectors.sales import Sales

LEFT, TOP, RIGHT, FOOT = 52, 20, 10, 30
STEPS_OF_SCALE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Curve:
    """Tickets sold over time against capacity."""

    width: int
    height: int
    line: str
    area: str
    levels: list[Mark]  # y
    days: list[Mark]  # x
    capacity: Mark | None  # y

    @property
    def bottom(self) -> int:
        return self.height - FOOT

    @property
    def right(self) -> int:
        return self.width - RIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    width: int
    height: int
    bars: list[Bar]


def curve(sales: Sales, *, at: datetime, zone: ZoneInfo, width: int, height: int) -> Curve | None:
    """None while nothing is sold."""
    if not sales.steps:
        return None
    first = sales.steps[0].at
    span = max((at - first).total_seconds(), 1.0)
    top = _scale_top(sales)
    inner_width, inner_height = width - LEFT - RIGHT, height - TOP - FOOT

    def x(moment: datetime) -> float:
        return round(LEFT + inner_width * (moment - first).total_seconds() / span, 1)

    def y(count: int) -> float:
        return round(TOP + inner_height * (1 - count / top), 1)

    moves = [f"M{LEFT} {y(0):g}"]
    moves += [f"H{min(x(step.at), width - RIGHT):g}V{y(step.sold):g}" for step in sales.steps]
    line = "".join(moves) + f"H{width - RIGHT}"
    return Curve(
        width=width,
        height=height,
        line=line,
        area=f"{line}V{y(0):g}H{LEFT}Z",
        levels=[Mark(y(n), f"{n}") for n in _levels(top, sales.capacity)],
        days=_days(first, at, zone, width=width),
        capacity=Mark(y(sales.capacity), f"{sales.capacity}") if sales.capacity else None,
    )


def bars(slots: Sequence[Slot], *, width: int = 400, height: int = 210) -> Bars:
    most = max((slot.count for slot in slots), default=0) or 1
    pitch = min(58.0, width / max(len(slots), 1))
    thick, floor, room = pitch * 0.76, height - 40, height - 64
    every = -(-len(slots) // 8)  # at most eight labels
    drawn = [
        Bar(
            x=round(i * pitch, 1),
            y=round(floor - room * slot.count / most, 1),
            width=round(thick, 1),
            height=round(room * slot.count / most, 1),
            middle=round(i * pitch + thick / 2, 1),
            count=slot.count,
            label=f"{slot.at:%H:%M}" if i % every == 0 else "",
        )
        for i, slot in enumerate(slots)
    ]
    return Bars(width, height, drawn)


def _scale_top(sales: Sales) -> int:
    if sales.capacity:
        return max(sales.capacity, sales.sold)
    step = _step(sales.sold)
    return -(-sales.sold // step) * step


def _step(top: int) -> int:
    """A round number that cuts the scale into two to four."""
    power = 1
    while True:
        for digit in STEPS_OF_SCALE:
            if top / (digit * power) <= 4:
                return digit * power
        power *= 10


def _levels(top: int, capacity: int | None) -> list[int]:
    step = _step(top)
    # The last round number would stand on top of the capacity's own.
    return [n for n in range(0, top + 1, step) if not capacity or n < capacity - step / 4]


def _days(first: datetime, at: datetime, zone: ZoneInfo, *, width: int) -> list[Mark]:
    today = Mark(width - RIGHT, _("Now"), "end")
    start = Mark(LEFT, date_format(first.astimezone(zone), "j M"), "start")
    middle = first + (at - first) / 2
    if (at - first).days < 3 or width < 500:
        return [start, today]
    half = Mark((LEFT + width - RIGHT) / 2, date_format(middle.astimezone(zone), "j M"))
    return [start, half, today]
