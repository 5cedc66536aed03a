from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg import sql

from apps.reconciliation.coverage import Coverage

PORTION_IDS = 20_000
# What is younger may still be on its way through webhooks, polls and workers.
YOUNG = timedelta(hours=1)
# Two readings of a balance that are closer than that tell of one moment.
READINGS_APART = timedelta(hours=6)
FEE_KNOWN_WITHIN = timedelta(days=3)
REFUND_MOVES_WITHIN = timedelta(days=3)
REFUND_ARRIVES_WITHIN = timedelta(days=14)
# How long before its end a dispute is said to be urgent.
ANSWER_WITHIN = timedelta(days=3)

_ENDS = sql.SQL("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {}")
_COVERED = """
    WITH covered AS (
        SELECT * FROM unnest(%(providers)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[])
            AS c(provider, since, until)
    )
"""
_EVERYTHING = 2**62


@dataclass(frozen=True, slots=True)
class Detector:
    """
    A query for differences of one kind: subject, provider, currency, minor units, story (JSON).

    over: a table, of which one range of ids is looked through at a time (%(after)s < id <= %(up_to)s),
    so that neither memory nor a snapshot grows with the shop; "" for what is always little.
    `covered(provider, since, until)` is the time whose statement is known; a query that names it asks
    for nothing outside. own: what it tells, when our own rows are all it needs; it may run at any time.
    """

    query: str
    over: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    subject: str
    provider: str
    currency: str
    minor: int
    story: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looking:
    """A look at one moment, with what is known of the statements."""

    at: datetime
    covered: list[Coverage]

    def values(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "young": self.at - YOUNG,
            "apart": READINGS_APART,
            "fee_known_by": self.at - FEE_KNOWN_WITHIN,
            "refund_moved_by": self.at - REFUND_MOVES_WITHIN,
            "refund_arrived_by": self.at - REFUND_ARRIVES_WITHIN,
            "answered_by": self.at + ANSWER_WITHIN,
            "providers": [c.provider for c in self.covered],
            "since": [c.since for c in self.covered],
            "until": [c.until for c in self.covered],
        }


def differences(detector: Detector, looking: Looking) -> Iterator[Difference]:
    """All of them, in the order of ids."""
    for after, up_to in _ranges(detector.over) if detector.over else [(0, _EVERYTHING)]:
        yield from _ask(detector, looking, after, up_to)


def still_differs(detector: Detector, looking: Looking, subject: str) -> bool:
    """The same question about one subject."""
    label, _colon, pk = subject.rpartition(":")
    after, up_to = 0, _EVERYTHING
    if detector.over and detector.over == label.replace(".", "_"):
        after, up_to = int(pk) - 1, int(pk)
    return any(d.subject == subject for d in _ask(detector, looking, after, up_to))


def _ask(detector: Detector, looking: Looking, after: int, up_to: int) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(
            _COVERED + detector.query, {**looking.values(), "after": after, "up_to": up_to}
        )
        rows = cursor.fetchall()
    for subject, provider, currency, minor, story in rows:
        yield Difference(subject, provider, currency, int(minor), _parsed(story))


def _parsed(story: Any) -> dict[str, Any]:
    return dict(json.loads(story) if isinstance(story, str) else story)


def _ranges(table: str) -> Iterator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDS.format(sql.Identifier(table)))
        first, last = cursor.fetchone()
    for after in range(first - 1, last, PORTION_IDS):
        yield after, after + PORTION_IDS
