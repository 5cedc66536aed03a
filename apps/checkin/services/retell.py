"""
The truth about tickets, told again from every passage on record (`history.replay`). Entries are made to
say it; scans and logs stay as they are.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from apps.checkin.facts import EntryPolicy
from apps.checkin.history import Outcome, Passage, replay
from apps.checkin.models import Direction, Entry, Kind, LogEntry, Scan, Standing
from apps.tickets.models import Ticket

_TOLD = ["standing", "turn", "left_at", "order_unknown", "undone_at", "undone_by"]
# What a later log entry takes back: an admission undone, or a call whose answer never came.
_TAKES_BACK = [Kind.UNDO, Kind.SCAN]


def lock(ticket_ids: Collection[int]) -> list[Ticket]:
    """In id order, so that two who need several of them never wait in a ring."""
    tickets = Ticket.objects.select_for_update(no_key=True, of=("self",))
    wanted = tickets.select_related("variant__time_slot").filter(pk__in=ticket_ids)
    return list(wanted.order_by("pk"))


def retell(ticket_ids: Collection[int], policy: EntryPolicy) -> None:
    """In a transaction that holds the locks of these tickets (`lock`), all of one event."""
    scans = _let_through(ticket_ids)
    entries = {entry.scan_id: entry for entry in Entry.objects.filter(ticket__in=ticket_ids)}
    before = {scan_id: _told(entry) for scan_id, entry in entries.items()}
    for scan in scans:
        if scan.direction != Direction.OUT and scan.scan_id not in entries:
            entries[scan.scan_id] = _new(scan)
    taken_back = _taken_back(ticket_ids, scans)
    for scan_id, word in taken_back.items():
        _undo(entries.get(scan_id), word)
    for entry in entries.values():
        _clear(entry)
    for passages in _by_ticket(ticket_ids, scans, entries, taken_back).values():
        for outcome in replay(passages, policy):
            _tell(entries[outcome.passage.scan_id], outcome)
    _write(entries, before)


def _let_through(ticket_ids: Collection[int]) -> list[Scan]:
    scans = Scan.objects.let_through().filter(ticket__in=ticket_ids)
    return list(scans.defer("answer", "code_hash", "actor").order_by("pk"))


def _new(scan: Scan) -> Entry:
    assert scan.ticket_id is not None  # noqa: S101 - they were found by their ticket
    return Entry(
        ticket_id=scan.ticket_id,
        event_id=scan.event_id,
        gate_id=scan.gate_id,
        scan_id=scan.scan_id,
        device_id=scan.device_id,
        device_name=scan.device_name,
        at=scan.happened_at,
        within_ms=scan.within_ms,
    )


def _taken_back(ticket_ids: Collection[int], scans: Sequence[Scan]) -> dict[uuid.UUID, LogEntry]:
    """By the device that did it, nobody else."""
    devices = {scan.scan_id: scan.device_id for scan in scans if scan.device_id}
    words = LogEntry.objects.filter(
        of__in=_ids(ticket_ids), kind__in=_TAKES_BACK, quarantined=False
    )
    found = words.select_related("device").order_by("-happened_at", "-pk")
    return {word.of: word for word in found if word.of and devices.get(word.of) == word.device_id}


def _ids(ticket_ids: Collection[int]) -> QuerySet[Any]:
    """Of the scans, for another question: a ticket may have more of them than a statement has values."""
    scans = Scan.objects.let_through().filter(ticket__in=ticket_ids, device__isnull=False)
    return scans.order_by().values("scan_id")


def _undo(entry: Entry | None, word: LogEntry) -> None:
    if entry is not None and entry.undone_at is None:
        entry.undone_at, entry.undone_by = word.happened_at, word.device.actor


def _by_ticket(
    ticket_ids: Collection[int],
    scans: Sequence[Scan],
    entries: Mapping[uuid.UUID, Entry],
    taken_back: Collection[uuid.UUID],
) -> dict[int | None, list[Passage]]:
    numbers = _log_numbers(ticket_ids)
    passages: dict[int | None, list[Passage]] = defaultdict(list)
    for scan in scans:
        entry = entries.get(scan.scan_id)
        if scan.scan_id not in taken_back and (entry is None or entry.undone_at is None):
            seq = numbers.get((scan.device_id, scan.scan_id))
            passages[scan.ticket_id].append(_passage(scan, seq))
    return passages


def _log_numbers(ticket_ids: Collection[int]) -> dict[tuple[int | None, uuid.UUID], int]:
    logged = LogEntry.objects.filter(entry_id__in=_ids(ticket_ids), quarantined=False)
    found = logged.values_list("device_id", "entry_id", "seq")
    return {(device_id, entry_id): seq for device_id, entry_id, seq in found}


def _passage(scan: Scan, seq: int | None) -> Passage:
    return Passage(
        scan_id=scan.scan_id,
        at=scan.happened_at,
        device=scan.device_id,
        seq=seq,
        within=timedelta(milliseconds=scan.within_ms),
        direction=scan.direction,
        overruled=scan.supervisor_id is not None,
    )


def _clear(entry: Entry) -> None:
    """What was undone stands for nothing, however it was told before."""
    entry.standing, entry.turn = Standing.REGULAR, 1
    entry.left_at, entry.order_unknown = None, False


def _tell(entry: Entry, outcome: Outcome) -> None:
    entry.standing, entry.turn = outcome.standing, outcome.turn
    entry.left_at, entry.order_unknown = outcome.left_at, outcome.order_unknown


def _told(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in _TOLD)


def _write(
    entries: Mapping[uuid.UUID, Entry], before: Mapping[uuid.UUID, tuple[object, ...]]
) -> None:
    changed = [
        entries[scan_id] for scan_id, told in before.items() if _told(entries[scan_id]) != told
    ]
    if changed:
        # Out of the unique index first: two entries of a ticket may change places.
        rows = Entry.objects.filter(pk__in=[entry.pk for entry in changed])
        rows.update(standing=Standing.DOUBLE)
        Entry.objects.bulk_update(changed, _TOLD)
    Entry.objects.bulk_create([entry for entry in entries.values() if not entry.pk])
