from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.console.pictures import bars, curve
from apps.console.selectors.door import Slot
from apps.console.selectors.sales import Sales, Step

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("UTC")


def test_a_curve_climbs_in_steps_to_today() -> None:
    steps = [Step(NOON - 10 * DAY, 100), Step(NOON - 5 * DAY, 300)]
    sales = Sales(sold=300, capacity=400, last_day=0, steps=steps)
    drawn = curve(sales, at=NOON, zone=ZONE, width=862, height=250)
    assert drawn
    # 800 wide from 52, 200 high from 20: 100 of 400 is a quarter up.
    assert drawn.line == "M52 220H52V170H452V70H852"
    assert drawn.area == drawn.line + "V220H52Z"
    assert drawn.capacity
    assert (drawn.capacity.at, drawn.capacity.text) == (20, "400")
    assert [level.text for level in drawn.levels] == ["0", "100", "200", "300"]
    assert [day.text for day in drawn.days] == ["19 Feb", "24 Feb", "Now"]


def test_nothing_sold_is_no_picture() -> None:
    sales = Sales(sold=0, capacity=10, last_day=0, steps=[])
    assert curve(sales, at=NOON, zone=ZONE, width=860, height=300) is None


def test_without_a_capacity_the_scale_is_round() -> None:
    sales = Sales(sold=7, capacity=None, last_day=0, steps=[Step(NOON - DAY, 7)])
    drawn = curve(sales, at=NOON, zone=ZONE, width=860, height=300)
    assert drawn
    assert [level.text for level in drawn.levels] == ["0", "2", "4", "6", "8"]
    assert drawn.capacity is None


def test_the_tallest_bar_fills_the_picture() -> None:
    slots = [Slot(NOON + timedelta(minutes=10 * n), count) for n, count in enumerate([0, 5, 10])]
    drawn = bars(slots, width=400, height=210)
    assert [(bar.count, bar.height, bar.y) for bar in drawn.bars] == [
        (0, 0, 170),
        (5, 73, 97),
        (10, 146, 24),
    ]
    assert [bar.label for bar in drawn.bars] == ["12:00", "12:10", "12:20"]
    assert bars([]).bars == []
