"""What is known of each case, for a page of them: a few statements per kind, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Count, Max, Min

from apps.checkin.board.doubles import doubles_of
from apps.checkin.board.doubts import Case
from apps.checkin.board.figures import Double
from apps.checkin.models import Device, DeviceFlag, Doubt, DoubtNote, Flaw, LogEntry, LogHead, Scan
from apps.events.models import Event

_GAPS_MAX = 20
_ABOUT_SCANS = (Doubt.LET_IN, Doubt.TURNED_AWAY, Doubt.OVERRIDE)
_ABOUT_DEVICES = (Doubt.GAP, Doubt.QUARANTINE, Doubt.SILENT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One of the four is there, by the kind of the case. proven: of an overruled refusal, by the PIN."""

    case: Case
    notes: Sequence[DoubtNote] = ()
    double: Double | None = None
    scan: Scan | None = None
    proven: bool = False
    flag: DeviceFlag | None = None
    device: Device | None = None
    gaps: Sequence[tuple[int, int]] = ()
    aside: Aside | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Entries of a revoked device that do not count."""

    count: int
    first: datetime
    last: datetime


@dataclass(slots=True)
class _Found:
    doubles: Mapping[str, Double] = field(default_factory=dict)
    scans: Mapping[str, Scan] = field(default_factory=dict)
    unproven: set[str] = field(default_factory=set)
    flags: Mapping[str, DeviceFlag] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    gaps: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    asides: Mapping[str, Aside] = field(default_factory=dict)


def evidence_of(event: Event, cases: Sequence[Case]) -> list[Evidence]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        wanted[case.kind].append(case.subject)
    found = _found(event, wanted)
    notes = _notes(event, cases)
    return [
        Evidence(
            case=case,
            notes=notes.get((case.kind, case.subject), ()),
            double=found.doubles.get(case.subject) if case.kind == Doubt.DOUBLE else None,
            scan=found.scans.get(case.subject) if case.kind in _ABOUT_SCANS else None,
            proven=case.subject not in found.unproven,
            flag=found.flags.get(case.subject) if case.kind == Doubt.FLAW else None,
            device=found.devices.get(case.subject) if case.kind in _ABOUT_DEVICES else None,
            gaps=found.gaps.get(case.subject, ()) if case.kind == Doubt.GAP else (),
            aside=found.asides.get(case.subject) if case.kind == Doubt.QUARANTINE else None,
        )
        for case in cases
    ]


def _found(event: Event, wanted: Mapping[str, list[str]]) -> _Found:
    found = _Found()
    if ids := wanted.get(Doubt.DOUBLE):
        found.doubles = {str(d.ticket_id): d for d in doubles_of(event, [int(i) for i in ids])}
    if ids := [i for kind in _ABOUT_SCANS for i in wanted.get(kind, ())]:
        found.scans = _scans(event, ids)
    if ids := wanted.get(Doubt.OVERRIDE):
        found.unproven = _unproven(event, ids)
    if ids := wanted.get(Doubt.FLAW):
        flags = DeviceFlag.objects.filter(device__event=event, pk__in=ids).select_related("device")
        found.flags = {str(flag.pk): flag for flag in flags}
    if ids := [i for kind in _ABOUT_DEVICES for i in wanted.get(kind, ())]:
        devices = Device.objects.filter(event=event, pk__in=ids).select_related("gate")
        found.devices = {str(device.pk): device for device in devices}
    if ids := wanted.get(Doubt.GAP):
        found.gaps = {i: _gaps(found.devices[i]) for i in ids if i in found.devices}
    if ids := wanted.get(Doubt.QUARANTINE):
        found.asides = _asides(event, ids)
    return found


def _scans(event: Event, ids: Sequence[str]) -> dict[str, Scan]:
    scans = Scan.objects.filter(event=event, scan_id__in=ids).defer("answer")
    shown = scans.select_related("ticket__variant", "gate", "supervisor", "entry")
    return {str(scan.scan_id): scan for scan in shown}


def _unproven(event: Event, ids: Sequence[str]) -> set[str]:
    """Those whose log entry is flagged, or that have none: a PIN is shown nowhere else."""
    logged = LogEntry.objects.filter(device__event=event, entry_id__in=ids)
    places = {
        (device, seq): str(i) for device, seq, i in logged.values_list("device", "seq", "entry_id")
    }
    flags = DeviceFlag.objects.filter(device__event=event, flaw=Flaw.UNPROVEN)
    flagged = set(flags.values_list("device", "seq"))
    proven = {i for place, i in places.items() if place not in flagged}
    return {str(UUID(i)) for i in ids} - proven


def _gaps(device: Device) -> list[tuple[int, int]]:
    """From, to: the numbers that are missing between entries that are here."""
    head = LogHead.objects.filter(device=device).values_list("seq", flat=True).first() or 0
    above = LogEntry.objects.filter(device=device, seq__gt=head).order_by("seq")
    numbers = [head, *above.values_list("seq", flat=True)]
    gaps = [(low + 1, high - 1) for low, high in pairwise(numbers) if high > low + 1]
    return gaps[:_GAPS_MAX]


def _asides(event: Event, ids: Sequence[str]) -> dict[str, Aside]:
    rows = (
        LogEntry.objects.filter(device__event=event, device__in=ids, quarantined=True)
        .order_by()
        .values_list("device")
        .annotate(Count("pk"), Min("happened_at"), Max("happened_at"))
    )
    return {str(device): Aside(*figures) for device, *figures in rows}


def _notes(event: Event, cases: Sequence[Case]) -> dict[tuple[str, str], list[DoubtNote]]:
    notes: dict[tuple[str, str], list[DoubtNote]] = defaultdict(list)
    subjects = {case.subject for case in cases}
    for note in DoubtNote.objects.filter(event=event, subject__in=subjects).order_by("at", "pk"):
        notes[note.kind, note.subject].append(note)
    return notes
