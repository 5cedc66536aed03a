"""How fast they come, when all are in, and when another gate is worth opening."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.checkin.board.figures import GateLine, Minute, Night
from apps.checkin.board.pace import Hint, hint_of, pace_of
from apps.checkin.board.picture import bars, whole_night
from tests.factories.selling import NOON

BEGUN = NOON - timedelta(minutes=30)
HALL, LODGE = frozenset({(1, ""), (2, "")}), frozenset({(1, "")})


def gate(name: str, **fields: Any) -> GateLine:
    numbers = {"entries": 0, "inside": 0, "exits": 0, "expected": 900, "to_come": 400, "recent": 0}
    place = {
        "pk": hash(name) % 1000 + 1,
        "name": name,
        "takes_in": True,
        "is_open": True,
        "admits": HALL,
    }
    return GateLine(**{**place, **numbers, "looks": 0, "phones": 1, **fields})


def night(*gates: GateLine, **fields: Any) -> Night:
    zero = {"left": 0, "doubles": 0, "overruled": 0, "undone": 0, "order_unknown": 0}
    numbers = {"inside": 500, "expected": 900, "to_come": 400, "recent": 0}
    empty: dict[str, Any] = {"variants": (), "levels": (), "refusals": ()}
    minutes = (Minute(BEGUN, 500),)
    return Night(**{**zero, **numbers, **empty, "gates": gates, "minutes": minutes, **fields})


def test_everyone_is_in_when_the_rest_has_come_at_this_rate() -> None:
    pace = pace_of(night(recent=50), at=NOON)
    assert (pace.per_minute, pace.done_at) == (10, NOON + timedelta(minutes=40))


def test_a_door_that_just_opened_is_not_taken_for_slow() -> None:
    opened = night(recent=20, minutes=(Minute(NOON - timedelta(minutes=2), 20),))
    assert pace_of(opened, at=NOON).per_minute == 10


def test_nothing_is_foretold_where_nobody_comes_or_too_few() -> None:
    assert pace_of(night(recent=0), at=NOON).done_at is None
    assert pace_of(night(recent=5), at=NOON).done_at is None  # 400 minutes
    assert pace_of(night(recent=50, to_come=0), at=NOON).done_at is None


def test_a_gate_whose_phones_do_all_they_can_asks_for_another() -> None:
    full = gate("North", looks=100, phones=2, recent=90)  # 20 a minute, of 24
    quiet, other_people = gate("South", looks=10), gate("Lodge", admits=LODGE)
    out, shut = gate("Out", takes_in=False, phones=0), gate("Later", is_open=False)
    hint = hint_of(
        night(full, quiet, other_people, out, shut, recent=100),
        starts_at=NOON + timedelta(hours=1),
        at=NOON,
    )
    assert hint == Hint("North", 20, 2, 24, 400, 0, ["South"])


def test_slow_arrivals_are_nobodys_queue() -> None:
    idle = night(gate("North", looks=20, phones=2), recent=20)
    assert hint_of(idle, starts_at=NOON, at=NOON) is None


def test_half_full_is_enough_where_they_would_be_late() -> None:
    busy = night(gate("North", looks=35, phones=1), recent=35)  # 7 a minute, of 12
    assert hint_of(busy, starts_at=NOON + timedelta(hours=2), at=NOON) is None
    late = hint_of(busy, starts_at=NOON + timedelta(minutes=30), at=NOON)
    assert late == Hint("North", 7, 1, 12, 400, 27, [])


def test_the_last_few_are_not_worth_a_gate() -> None:
    few = night(gate("North", looks=100, to_come=12), recent=90, to_come=12)
    assert hint_of(few, starts_at=NOON, at=NOON) is None


def test_the_picture_has_a_bar_for_each_minute() -> None:
    zone: Any = NOON.tzinfo
    drawn = bars([Minute(NOON - timedelta(minutes=1), 8), Minute(NOON, 4)], at=NOON, zone=zone)
    assert drawn is not None
    assert [bar.count for bar in drawn.bars][-2:] == [8, 4]
    assert (len(drawn.bars), sum(bar.count for bar in drawn.bars)) == (60, 12)
    assert [mark.text for mark in drawn.times][-1] == "12:00"
    assert bars([], at=NOON, zone=zone) is None


def test_the_picture_of_a_night_holds_everybody_however_long_it_was() -> None:
    zone: Any = NOON.tzinfo
    for hours in (0, 1, 5, 30, 24 * 14):
        minutes = [Minute(NOON, 3), Minute(NOON + timedelta(hours=hours), 4)]
        drawn = whole_night(minutes, zone=zone)
        assert drawn is not None
        assert sum(bar.count for bar in drawn.bars) == 7
        assert len(drawn.bars) <= 73
