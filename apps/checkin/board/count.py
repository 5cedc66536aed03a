"""The door of an event, counted: a fixed number of statements, whatever the number of tickets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from apps.checkin.board.figures import RATE_WINDOW, GateLine, Minute, Night, Refusal, Share
from apps.checkin.models import Direction, Gate, Verdict
from apps.checkin.services.merge import LOST_CALL
from apps.events.models import Event
from apps.variants.models import Variant

# Entries first, per ticket: a ticket may have several.
_TICKETS = """
    SELECT t.variant_id, t.access_level,
           count(*) FILTER (WHERE t.state IN ('valid', 'blocked')),
           count(*) FILTER (WHERE t.state IN ('valid', 'blocked') AND e.ticket_id IS NULL),
           coalesce(sum(e.inside), 0)::bigint
    FROM tickets_ticket t LEFT JOIN (
        SELECT ticket_id, count(*) FILTER (WHERE left_at IS NULL) AS inside
        FROM checkin_entry WHERE event_id = %(event)s AND undone_at IS NULL GROUP BY ticket_id
    ) e ON e.ticket_id = t.id
    WHERE t.event_id = %(event)s GROUP BY t.variant_id, t.access_level
"""
_ENTRIES = """
    SELECT gate_id, date_trunc('minute', at) AS minute,
           count(*) FILTER (WHERE undone_at IS NULL),
           count(*) FILTER (WHERE undone_at IS NULL AND left_at IS NULL),
           count(*) FILTER (WHERE undone_at IS NULL AND standing = 'double'),
           count(*) FILTER (WHERE undone_at IS NULL AND standing = 'overruled'),
           count(*) FILTER (WHERE undone_at IS NULL AND order_unknown),
           count(*) FILTER (WHERE undone_at IS NOT NULL),
           count(*) FILTER (WHERE undone_at IS NULL AND at > %(since)s AND at <= %(until)s),
           count(*) FILTER (WHERE undone_at IS NULL AND at > %(since)s AND at <= %(until)s
                                  AND standing = 'regular' AND turn = 1)
    FROM checkin_entry WHERE event_id = %(event)s GROUP BY gate_id, minute ORDER BY minute
"""
_NOT_ADMITTED = """
    SELECT verdict, reason, gate_id, count(*) FROM checkin_scan
    WHERE event_id = %(event)s AND verdict <> 'admitted' GROUP BY verdict, reason, gate_id
"""
_LOOKS = """
    SELECT gate_id, count(*), count(DISTINCT coalesce(device_id::text, actor || device_name))
    FROM checkin_scan
    WHERE event_id = %(event)s AND received_at > %(since)s
      AND happened_at > %(since)s AND happened_at <= %(until)s
    GROUP BY gate_id
"""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Tickets of one variant and access level."""

    variant: int
    level: str
    expected: int
    to_come: int
    inside: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries at one gate within one minute."""

    gate: int | None
    minute: datetime
    standing: int
    inside: int
    doubles: int
    overruled: int
    order_unknown: int
    undone: int
    recent: int
    recent_first: int


def night_of(event: Event, *, at: datetime) -> Night:
    """
    Six statements. What a phone has not uploaded yet is not in it.
    """
    values = {"event": event.pk, "since": at - RATE_WINDOW, "until": at + timedelta(seconds=1)}
    kinds = [_Kind(*row) for row in _ask(_TICKETS, values)]
    batches = [_Batch(*row) for row in _ask(_ENTRIES, values)]
    others = _ask(_NOT_ADMITTED, values)
    looks = {gate: (count, phones) for gate, count, phones in _ask(_LOOKS, values)}
    variants = dict(Variant.objects.filter(event=event).values_list("pk", "name"))
    standing = sum(batch.standing for batch in batches)
    inside = sum(batch.inside for batch in batches)
    return Night(
        inside=inside,
        left=standing - inside,
        doubles=sum(batch.doubles for batch in batches),
        overruled=sum(batch.overruled for batch in batches),
        undone=sum(batch.undone for batch in batches),
        order_unknown=sum(batch.order_unknown for batch in batches),
        expected=sum(kind.expected for kind in kinds),
        to_come=sum(kind.to_come for kind in kinds),
        recent=sum(batch.recent_first for batch in batches),
        gates=_gates(list(event.gates.all()), kinds, batches, others, looks, at=at),
        variants=_shares(kinds, lambda kind: kind.variant, variants),
        levels=_shares(kinds, lambda kind: kind.level, {}),
        refusals=_refusals(others),
        minutes=_minutes(batches),
    )


def _shares(
    kinds: Sequence[_Kind], key: Callable[[_Kind], Any], names: Mapping[Any, str]
) -> list[Share]:
    """names: of keys that are not names themselves."""
    together: dict[Any, list[_Kind]] = defaultdict(list)
    for kind in kinds:
        together[key(kind)].append(kind)
    shares = [
        Share(
            name=names.get(its, str(its)),
            inside=sum(kind.inside for kind in those),
            expected=sum(kind.expected for kind in those),
            to_come=sum(kind.to_come for kind in those),
        )
        for its, those in together.items()
    ]
    return sorted(shares, key=lambda share: (-share.expected, share.name))


def _gates(
    gates: Sequence[Gate],
    kinds: Sequence[_Kind],
    batches: Sequence[_Batch],
    others: Sequence[Any],
    looks: dict[int | None, tuple[int, int]],
    *,
    at: datetime,
) -> list[GateLine]:
    at_gate: dict[int | None, list[_Batch]] = defaultdict(list)
    for batch in batches:
        at_gate[batch.gate].append(batch)
    exits: Counter[int | None] = Counter()
    for verdict, _reason, gate_id, count in others:
        if verdict == Verdict.LEFT:
            exits[gate_id] += count
    rows: list[Gate | None] = [
        gate for gate in gates if gate.removed_at is None or gate.pk in at_gate or exits[gate.pk]
    ]
    if None in at_gate or exits[None]:
        rows.append(None)
    return [
        _gate(gate, kinds, at_gate[key], exits[key], looks.get(key, (0, 0)), at=at)
        for gate, key in ((gate, gate.pk if gate else None) for gate in rows)
    ]


def _gate(
    gate: Gate | None,
    kinds: Sequence[_Kind],
    batches: Sequence[_Batch],
    exits: int,
    looks: tuple[int, int],
    *,
    at: datetime,
) -> GateLine:
    takes_in = gate is None or (gate.removed_at is None and gate.direction != Direction.OUT)
    admitted = [kind for kind in kinds if takes_in and _admits(gate, kind)]
    return GateLine(
        pk=gate.pk if gate else None,
        name=gate.name if gate else "",
        takes_in=takes_in,
        is_open=gate is None or _is_open(gate, at=at),
        admits=frozenset((kind.variant, kind.level) for kind in admitted),
        entries=sum(batch.standing for batch in batches),
        inside=sum(batch.inside for batch in batches),
        exits=exits,
        expected=sum(kind.expected for kind in admitted),
        to_come=sum(kind.to_come for kind in admitted),
        recent=sum(batch.recent for batch in batches),
        looks=looks[0],
        phones=looks[1],
    )


def _admits(gate: Gate | None, kind: _Kind) -> bool:
    if gate is None:
        return True
    by_variant = not gate.variants or kind.variant in gate.variants
    return by_variant and (not gate.access_levels or kind.level in gate.access_levels)


def _is_open(gate: Gate, *, at: datetime) -> bool:
    early = gate.opens_at is not None and at < gate.opens_at
    return not early and (gate.closes_at is None or at < gate.closes_at)


def _refusals(others: Sequence[Any]) -> list[Refusal]:
    """A call whose answer nobody heard was decided again under another id: it refused nobody."""
    counts: Counter[tuple[str, str]] = Counter()
    for verdict, reason, _gate, count in others:
        if verdict != Verdict.LEFT and reason != LOST_CALL:
            counts[verdict, reason] += count
    return [Refusal(verdict, reason, count) for (verdict, reason), count in counts.most_common()]


def _minutes(batches: Sequence[_Batch]) -> list[Minute]:
    counts: Counter[datetime] = Counter()
    for batch in batches:
        counts[batch.minute] += batch.standing
    return [Minute(minute, count) for minute, count in sorted(counts.items()) if count]


def _ask(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
