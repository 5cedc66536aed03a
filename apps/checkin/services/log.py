"""A phone brings its log: in any batches, in any order, again after a crash."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise

from django.db import transaction
from django.db.models import QuerySet

from apps.checkin import log_text
from apps.checkin.models import Device, DeviceFlag, Flaw, Kind, LogEntry, LogHead
from apps.checkin.own_id import own_id
from apps.checkin.services.merge import Said, merge
from apps.outbox.publish import publish

ENTRIES_MAX = 500
_CLOCK_SLACK = timedelta(seconds=5)
_BELIEVED = timedelta(minutes=1)  # of what a phone says of its own uncertainty
_GAPS_MAX = 20
_FORKS_MAX = 2  # texts of one number that count; a log has an end


@dataclass(frozen=True, slots=True)
class Received:
    """head, hash: the log is here without a gap up to this entry. missing: from, to."""

    head: int
    hash: str
    missing: list[tuple[int, int]]
    refused: list[dict[str, object]]
    quarantined: bool


@dataclass(slots=True)
class _Batch:
    rows: list[LogEntry] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    flags: list[DeviceFlag] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)


def upload(device: Device, texts: Sequence[str], *, at: datetime) -> Received:
    """
    Keep every entry and tell the tickets they speak of again. What came after the device was revoked is
    kept aside (`take_in`).
    """
    with transaction.atomic():
        head, mine = _locked(device)
        batch = _sort_out(mine, texts, at=at)
        LogEntry.objects.bulk_create(batch.rows)
        _compare(mine, batch)
        _advance(head)
        DeviceFlag.objects.bulk_create(batch.flags, ignore_conflicts=True)
        if mine.revoked_at is None:
            merge(mine, batch.said, at=at)
        return Received(
            head=head.seq,
            hash=head.hash,
            missing=_gaps(head),
            refused=batch.refused,
            quarantined=mine.revoked_at is not None,
        )


@transaction.atomic
def take_in(device: Device, *, at: datetime) -> int:
    """
    What a revoked device uploaded counts after all. Says how many entries do at once; those behind them
    are a message, so nobody waits for a log of 200,000, and where it is cut short the rest is kept aside.
    """
    _head, mine = _locked(device)
    aside = LogEntry.objects.filter(device=mine, quarantined=True)
    some = list(aside.order_by("seq", "pk")[:ENTRIES_MAX])
    LogEntry.objects.filter(pk__in=[row.pk for row in some]).update(quarantined=False)
    readable = [row for row in some if row.kind != Kind.UNREADABLE]
    merge(mine, [Said(row, log_text.read(row.text)) for row in readable], at=at)
    if len(some) == ENTRIES_MAX:
        publish("door.log_taken_in", about=mine, at=at)
    return len(some)


def _locked(device: Device) -> tuple[LogHead, Device]:
    """The head of its log, held; and the device as it is, not held: it can be revoked meanwhile."""
    LogHead.objects.bulk_create([LogHead(device=device)], ignore_conflicts=True)
    head = LogHead.objects.select_for_update(no_key=True).get(device=device)
    devices = Device.objects.select_related("event__organizer", "event__door_settings")
    return head, devices.get(pk=device.pk)


def _sort_out(device: Device, texts: Sequence[str], *, at: datetime) -> _Batch:
    batch = _Batch()
    found = [_row(device, text, at=at) for text in texts]
    hashes, ids = _known(device, [row for row, _text in found])
    for row, text in found:
        here = hashes[row.seq]
        if row.hash in here:
            continue
        if here:
            batch.flags.append(_flag(row, Flaw.FORK))
        if row.seq == 0 or len(here) == _FORKS_MAX or (here and row.entry_id in ids):
            _refuse(batch, row, Flaw.FORK if here else Flaw.UNREADABLE)
        else:
            said = text if row.entry_id not in ids else None
            if said is None:
                _cannot_be_read(row)
            here.add(row.hash)
            ids.add(row.entry_id)
            batch.rows.append(row)
            if said is None:
                batch.flags.append(_flag(row, Flaw.UNREADABLE))
            else:
                _set_right(row, batch)
                batch.said.append(Said(row, said))
    return batch


def _row(device: Device, text: str, *, at: datetime) -> tuple[LogEntry, log_text.Text | None]:
    """seq 0: it does not even say its number."""
    row = LogEntry(
        device=device,
        hash=log_text.hash_of(text),
        text=text.replace("\x00", "")[: log_text.TEXT_LENGTH_MAX],
        received_at=at,
        quarantined=device.revoked_at is not None,
    )
    try:
        said = log_text.read(text)
    except ValueError:
        row.seq = log_text.number_of(text)
        _cannot_be_read(row)
        return row, None
    row.seq, row.kind, row.prev = said.seq, said.kind, said.prev
    row.entry_id = own_id(device.actor, said.id)
    spoken_of = log_text.of_which(said)
    row.of = own_id(device.actor, spoken_of) if spoken_of else None
    row.happened_at, row.within_ms = said.happened_at, said.within
    return row, said


def _cannot_be_read(row: LogEntry) -> None:
    """It keeps its number, so that the log goes on behind it."""
    row.kind, row.prev, row.of = Kind.UNREADABLE, "", None
    row.entry_id = uuid.uuid5(uuid.NAMESPACE_OID, row.hash)
    row.happened_at, row.within_ms = row.received_at, 0


def _known(device: Device, rows: Sequence[LogEntry]) -> tuple[dict[int, set[str]], set[uuid.UUID]]:
    """The hashes by number, and the ids, of what is here already."""
    mine = LogEntry.objects.filter(device=device)
    hashes: dict[int, set[str]] = defaultdict(set)
    for seq, its_hash in mine.filter(seq__in=[row.seq for row in rows]).values_list("seq", "hash"):
        hashes[seq].add(its_hash)
    ids = mine.filter(entry_id__in=[row.entry_id for row in rows])
    return hashes, set(ids.values_list("entry_id", flat=True))


def _refuse(batch: _Batch, row: LogEntry, flaw: Flaw) -> None:
    batch.refused.append({"seq": row.seq, "why": flaw.value})
    batch.flags.append(_flag(row, flaw))


def _flag(row: LogEntry, flaw: Flaw) -> DeviceFlag:
    return DeviceFlag(
        device=row.device, flaw=flaw, seq=row.seq, detail=row.text, at=row.received_at
    )


def _compare(device: Device, batch: _Batch) -> None:
    """Each with the one it follows and the one that follows it, also beyond a gap."""
    numbers = {number for row in batch.rows for number in range(row.seq - 1, row.seq + 2)}
    around = LogEntry.objects.filter(device=device, seq__in=numbers)
    rows: dict[int, list[LogEntry]] = defaultdict(list)
    for row in {row.pk: row for row in (*around, *batch.rows)}.values():
        rows[row.seq].append(row)
    looked_at = {number for row in batch.rows for number in (row.seq, row.seq + 1)}
    for number in sorted(looked_at & rows.keys()):
        before = rows.get(number - 1, [])
        for row in rows[number]:
            if not _follows(row, before):
                batch.flags.append(_flag(row, Flaw.BROKEN_CHAIN))
            dated = [one for one in before if one.kind != Kind.UNREADABLE]
            if dated and not any(_clock_can_be_right(row, one) for one in dated):
                batch.flags.append(_flag(row, Flaw.CLOCK))


def _follows(row: LogEntry, before: Sequence[LogEntry]) -> bool:
    """before: of the number before, none when it is not here yet; several where the log is forked."""
    if row.kind == Kind.UNREADABLE:
        return True
    if row.seq == 1:
        return row.prev == log_text.FIRST_PREV
    return not before or row.prev in {one.hash for one in before}


def _advance(head: LogHead) -> None:
    """Over what is here without a gap."""
    for seq, its_hash in _above(head).values_list("seq", "hash").iterator():
        if seq > head.seq + 1:
            break
        if seq == head.seq + 1:  # and not the other text of a fork
            head.seq, head.hash = seq, its_hash
    head.save(update_fields=["seq", "hash"])


def _above(head: LogHead) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(device=head.device_id, seq__gt=head.seq).order_by("seq", "pk")


def _clock_can_be_right(row: LogEntry, before: LogEntry) -> bool:
    """Not before the entry it follows."""
    within = timedelta(milliseconds=row.within_ms + before.within_ms) + _CLOCK_SLACK
    return row.happened_at + within >= before.happened_at


def _set_right(row: LogEntry, batch: _Batch) -> None:
    """
    Nothing happened after it arrived, or before the phone was paired. A time that says so is shown, and
    taken for the nearest that can be: else one wrong clock would reorder what others saw.
    """
    within = min(timedelta(milliseconds=row.within_ms), _BELIEVED) + _CLOCK_SLACK
    earliest, latest = row.device.paired_at, row.received_at
    if not earliest - within <= row.happened_at <= latest + within:
        batch.flags.append(_flag(row, Flaw.CLOCK))
        row.happened_at = min(max(earliest, row.happened_at), latest)


def _gaps(head: LogHead) -> list[tuple[int, int]]:
    numbers = [head.seq, *_above(head).values_list("seq", flat=True)]
    gaps = ((low + 1, high - 1) for low, high in pairwise(numbers) if high > low + 1)
    return list(islice(gaps, _GAPS_MAX))
