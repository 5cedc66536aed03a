"""A phone brings its log: in any batches, in any order, again after a crash."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise

from django.db import transaction

from apps.checkin import log_text
from apps.checkin.models import Device, DeviceFlag, Flaw, Kind, LogEntry
from apps.checkin.own_id import own_id
from apps.checkin.services.merge import Said, merge

ENTRIES_MAX = 500
_CLOCK_SLACK = timedelta(seconds=5)
_BELIEVED = timedelta(minutes=1)  # of what a phone says of its own uncertainty
_GAPS_MAX = 20


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
        mine = _locked(device)
        batch = _sort_out(mine, texts, at=at)
        LogEntry.objects.bulk_create(batch.rows)
        _compare(mine, batch)
        _advance(mine)
        DeviceFlag.objects.bulk_create(batch.flags, ignore_conflicts=True)
        if mine.revoked_at is None:
            merge(mine, batch.said, at=at)
        return Received(
            head=mine.log_head,
            hash=mine.log_hash,
            missing=_gaps(mine),
            refused=batch.refused,
            quarantined=mine.revoked_at is not None,
        )


def take_in(device: Device, *, at: datetime) -> int:
    """
    What a revoked device uploaded counts after all. Says how many entries did. In portions: where it is
    cut short, the rest is still kept aside.
    """
    count = last = 0
    while numbers := _take_in_some(device, after=last, at=at):
        count, last = count + len(numbers), numbers[-1]
    return count


def _take_in_some(device: Device, *, after: int, at: datetime) -> list[int]:
    with transaction.atomic():
        mine = _locked(device)
        aside = LogEntry.objects.filter(device=mine, quarantined=True, seq__gt=after)
        some = list(aside.order_by("seq")[:ENTRIES_MAX])
        LogEntry.objects.filter(pk__in=[row.pk for row in some]).update(quarantined=False)
        readable = [row for row in some if row.kind != Kind.UNREADABLE]
        merge(mine, [Said(row, log_text.read(row.text)) for row in readable], at=at)
    return [row.seq for row in some]


def _locked(device: Device) -> Device:
    devices = Device.objects.select_for_update(no_key=True, of=("self",))
    return devices.select_related("event__organizer", "event__door_settings").get(pk=device.pk)


def _sort_out(device: Device, texts: Sequence[str], *, at: datetime) -> _Batch:
    batch = _Batch()
    found = [_row(device, text, at=at) for text in texts]
    hashes, ids = _known(device, [row for row, _text in found])
    for row, text in found:
        if row.seq in hashes:
            if hashes[row.seq] != row.hash:
                _refuse(batch, row, Flaw.FORK)
        elif row.entry_id in ids or row.seq == 0:
            _refuse(batch, row, Flaw.UNREADABLE)
        else:
            hashes[row.seq] = row.hash
            ids.add(row.entry_id)
            batch.rows.append(row)
            if text is None:
                batch.flags.append(_flag(row, Flaw.UNREADABLE))
            else:
                _set_right(row, batch)
                batch.said.append(Said(row, text))
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
        row.seq, row.kind = log_text.number_of(text), Kind.UNREADABLE
        row.entry_id, row.prev = uuid.uuid5(uuid.NAMESPACE_OID, row.hash), ""
        row.happened_at, row.within_ms = at, 0
        return row, None
    row.seq, row.kind, row.prev = said.seq, said.kind, said.prev
    row.entry_id = own_id(device.actor, said.id)
    spoken_of = log_text.of_which(said)
    row.of = own_id(device.actor, spoken_of) if spoken_of else None
    row.happened_at, row.within_ms = said.happened_at, said.within
    return row, said


def _known(device: Device, rows: Sequence[LogEntry]) -> tuple[dict[int, str], set[uuid.UUID]]:
    """The hashes by number, and the ids, of what is here already."""
    mine = LogEntry.objects.filter(device=device)
    hashes = mine.filter(seq__in=[row.seq for row in rows]).values_list("seq", "hash")
    ids = mine.filter(entry_id__in=[row.entry_id for row in rows])
    return dict(hashes), set(ids.values_list("entry_id", flat=True))


def _refuse(batch: _Batch, row: LogEntry, flaw: Flaw) -> None:
    batch.refused.append({"seq": row.seq, "why": flaw.value})
    batch.flags.append(_flag(row, flaw))


def _flag(row: LogEntry, flaw: Flaw) -> DeviceFlag:
    return DeviceFlag(
        device=row.device, flaw=flaw, seq=row.seq, detail=row.text, at=row.received_at
    )


def _compare(device: Device, batch: _Batch) -> None:
    """Each with the one it follows and the one that follows it, also beyond a gap."""
    numbers = {number for row in batch.rows for number in (row.seq - 1, row.seq + 1)}
    around = LogEntry.objects.filter(device=device, seq__in=numbers)
    rows = {row.seq: row for row in (*around, *batch.rows)}
    looked_at = {number for row in batch.rows for number in (row.seq, row.seq + 1)}
    for number in sorted(looked_at & rows.keys()):
        row, before = rows[number], rows.get(number - 1)
        if not _follows(row, before):
            batch.flags.append(_flag(row, Flaw.BROKEN_CHAIN))
        if not _clock_can_be_right(row, before):
            batch.flags.append(_flag(row, Flaw.CLOCK))


def _follows(row: LogEntry, before: LogEntry | None) -> bool:
    """Also when the one before is not here yet."""
    if row.kind == Kind.UNREADABLE:
        return True
    if row.seq == 1:
        return row.prev == log_text.FIRST_PREV
    return before is None or row.prev == before.hash


def _advance(device: Device) -> None:
    """Moves the head over what is here without a gap."""
    above = LogEntry.objects.filter(device=device, seq__gt=device.log_head).order_by("seq")
    for seq, its_hash in above.values_list("seq", "hash").iterator():
        if seq != device.log_head + 1:
            break
        device.log_head, device.log_hash = seq, its_hash
    device.save(update_fields=["log_head", "log_hash"])


def _clock_can_be_right(row: LogEntry, before: LogEntry | None) -> bool:
    """Not before the entry it follows."""
    if before is None:
        return True
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


def _gaps(device: Device) -> list[tuple[int, int]]:
    above = LogEntry.objects.filter(device=device, seq__gt=device.log_head).order_by("seq")
    numbers = [device.log_head, *above.values_list("seq", flat=True)]
    gaps = ((low + 1, high - 1) for low, high in pairwise(numbers) if high > low + 1)
    return list(islice(gaps, _GAPS_MAX))
