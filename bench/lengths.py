"""What there is to measure, and for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Length:
    """
    :param seconds: of each line.
    :param large: places and tickets of the large show.
    :param compared: operations of each round of lines that are compared with each other.
    :param called_off: orders of an event that is called off.
    """

    seconds: float
    purchases: int
    large: int
    compared: int
    rounds: int
    called_off: int


FULL = Length(8, purchases=120, large=1_000_000, compared=200, rounds=3, called_off=10_000)
QUICK = Length(2, purchases=24, large=50_000, compared=100, rounds=1, called_off=500)
PARTS = (
    *("idle", "page", "placing", "old_snapshot", "scanning", "door_phones", "purchases"),
    *("growing", "verdicts", "rehearsal"),
    *("reconciliation", "called_off", "exports", "ledger", "yardstick"),
)
