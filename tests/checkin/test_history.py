"""What became of a ticket, told from its passages alone."""

from __future__ import annotations

import random
import time
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.checkin.facts import EntryPolicy
from apps.checkin.history import Outcome, Passage, replay
from apps.checkin.models import Direction, EntryRule, Standing

EIGHT = datetime(2026, 3, 14, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
REGULAR, OVERRULED, DOUBLE = Standing.REGULAR, Standing.OVERRULED, Standing.DOUBLE


def policy(rule: EntryRule, per_day: int = 1) -> EntryPolicy:
    return EntryPolicy(rule, ZoneInfo("Europe/Berlin"), per_day)


ONCE, WITH_EXIT = policy(EntryRule.ONCE), policy(EntryRule.WITH_EXIT)
TWICE_A_DAY = policy(EntryRule.PER_DAY, 2)


def at(minute: float) -> datetime:
    return EIGHT + timedelta(minutes=minute)


def comes(minute: float, device: int = 1, *, seq: int | None = None, within: float = 0) -> Passage:
    """within: seconds."""
    return Passage(uuid.uuid4(), at(minute), device, seq, timedelta(seconds=within))


def leaves(minute: float, device: int = 1) -> Passage:
    return Passage(uuid.uuid4(), at(minute), device, direction=Direction.OUT)


def overruled(minute: float) -> Passage:
    return Passage(uuid.uuid4(), at(minute), 1, overruled=True)


def told(*passages: Passage, by: EntryPolicy) -> list[tuple[Standing, int, datetime | None]]:
    return [(o.standing, o.turn, o.left_at) for o in replay(passages, by)]


def test_once_the_first_is_regular_whoever_comes_after() -> None:
    late, first, between = comes(9, 1), comes(1, 2), comes(5, 3)
    outcomes = replay([late, first, between], ONCE)
    assert [(o.passage, o.standing) for o in outcomes] == [
        (first, REGULAR),
        (between, DOUBLE),
        (late, DOUBLE),
    ]


def test_once_means_once_also_after_leaving() -> None:
    assert told(comes(0), leaves(10), comes(20), by=ONCE) == [
        (REGULAR, 1, at(10)),
        (DOUBLE, 1, None),
    ]


def test_with_exit_a_ticket_comes_again_after_it_left() -> None:
    again = told(comes(0), leaves(10), comes(20), leaves(30), comes(40), by=WITH_EXIT)
    assert again == [(REGULAR, 1, at(10)), (REGULAR, 2, at(30)), (REGULAR, 3, None)]


def test_with_exit_coming_while_inside_is_double_and_who_came_first_leaves_first() -> None:
    assert told(comes(0), comes(5), leaves(10), comes(20), by=WITH_EXIT) == [
        (REGULAR, 1, at(10)),
        (DOUBLE, 1, None),
        (DOUBLE, 1, None),
    ]


def test_an_exit_of_nobody_changes_nothing() -> None:
    assert told(leaves(0), comes(5), by=ONCE) == [(REGULAR, 1, None)]


def test_per_day_coming_again_means_they_had_left() -> None:
    assert told(comes(0), comes(60), comes(90), comes(24 * 60), by=TWICE_A_DAY) == [
        (REGULAR, 1, at(60)),
        (REGULAR, 2, at(24 * 60)),
        (DOUBLE, 1, None),
        (REGULAR, 3, None),
    ]


def test_whom_a_supervisor_lets_in_is_not_double_and_counts() -> None:
    assert told(comes(0), overruled(5), comes(9), by=ONCE) == [
        (REGULAR, 1, None),
        (OVERRULED, 1, None),
        (DOUBLE, 1, None),
    ]


def test_a_device_set_back_in_time_keeps_the_order_of_its_log() -> None:
    first, second = comes(30, seq=1), comes(-600, seq=2)
    elsewhere = comes(10, device=2)
    outcomes = replay([second, elsewhere, first], WITH_EXIT)
    assert [o.passage for o in outcomes] == [elsewhere, first, second]


def test_equal_times_are_told_in_a_fixed_order_and_shown_as_unknown() -> None:
    one, two = comes(0, device=7, within=40), comes(1, device=3, within=30)
    apart = comes(60, device=9, within=5)
    outcomes = replay([apart, two, one], ONCE)
    assert [(o.passage, o.standing, o.order_unknown) for o in outcomes] == [
        (one, REGULAR, True),
        (two, DOUBLE, True),
        (apart, DOUBLE, False),
    ]
    same_moment = [comes(0, device=7), comes(0, device=3)]
    assert [o.passage.device for o in replay(same_moment, ONCE)] == [3, 7]


def test_any_order_of_arrival_tells_the_same() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        passages = [_any(chance, seq) for seq in range(1, chance.randint(2, 9))]
        rule = chance.choice([ONCE, WITH_EXIT, TWICE_A_DAY])
        expected = replay(passages, rule)
        _check(expected, rule)
        for _ in range(5):
            chance.shuffle(passages)
            assert replay(passages, rule) == expected


def test_a_ticket_shown_thousands_of_times_keeps_no_door_waiting() -> None:
    shown = [comes(number / 100, seq=number, within=600_000) for number in range(1, 6001)]
    for rule in (ONCE, WITH_EXIT, TWICE_A_DAY):
        began = time.process_time()
        assert len(replay(shown, rule)) == 6000
        assert time.process_time() - began < 1  # looking at all earlier ones again takes twenty


def _any(chance: random.Random, seq: int) -> Passage:
    return Passage(
        uuid.UUID(int=chance.getrandbits(128)),
        at(chance.randint(0, 5)),
        chance.randint(1, 3),
        chance.choice([seq, seq, None]),
        timedelta(seconds=chance.choice([0, 45])),
        chance.choice([Direction.IN, Direction.IN, Direction.OUT]),
        overruled=chance.random() < 0.1,
    )


def _check(outcomes: list[Outcome], rule: EntryPolicy) -> None:
    regular = [o for o in outcomes if o.standing == REGULAR]
    assert [o.turn for o in regular] == list(range(1, len(regular) + 1))
    if rule is ONCE:
        assert len(regular) <= 1
