"""Log entries of a device become scans, and the tickets they speak of are told again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.checkin import log_text, pins
from apps.checkin.log_text import OverrideText, ScanText, Text
from apps.checkin.models import (
    LET_THROUGH,
    DecidedBy,
    Device,
    DeviceFlag,
    Flaw,
    Gate,
    LogEntry,
    Scan,
    Supervisor,
    Verdict,
)
from apps.checkin.own_id import own_id
from apps.checkin.rules import OVERRULED
from apps.checkin.services.look import Shown, policy_of, read
from apps.checkin.services.retell import lock, retell
from apps.checkin.services.scan import code_hash
from apps.checkin.services.second_look import Claim, Past, second_look
from apps.tickets.models import Ticket

LOST_CALL = "lost_call"  # the reason on a call whose answer nobody heard


@dataclass(frozen=True, slots=True)
class Said:
    """A log entry and what its text says."""

    row: LogEntry
    text: Text


def merge(device: Device, said: Sequence[Said], *, at: datetime) -> None:
    """
    In a transaction that holds the device's lock. Twice the same, or in another order, tells the same.
    """
    shown = {s.row.entry_id: _shown(s.text) for s in said}
    tickets = _tickets(device, said, shown.values())
    on_record = _on_record(said)
    supervisors = _supervisors(device, said)
    writer = _Writer(device, tickets, supervisors, at=at)
    new = [
        writer.scan(s, shown[s.row.entry_id])
        for s in said
        if _lets_or_refuses(s) and s.row.entry_id not in on_record
    ]
    Scan.objects.bulk_create(new)
    Scan.objects.bulk_create(_lost_calls(device, said, at=at), ignore_conflicts=True)
    DeviceFlag.objects.bulk_create(
        _flags(device, said, on_record, supervisors, at=at), ignore_conflicts=True
    )
    here = [ticket.pk for ticket in tickets.values() if ticket.event_id == device.event_id]
    retell(here, policy_of(device.event))


def _lets_or_refuses(said: Said) -> bool:
    return isinstance(said.text, ScanText | OverrideText)


def _on_record(said: Iterable[Said]) -> dict[UUID, Scan]:
    scans = Scan.objects.filter(scan_id__in=[s.row.entry_id for s in said]).defer("answer")
    return {scan.scan_id: scan for scan in scans}


def _tickets(device: Device, said: Sequence[Said], shown: Iterable[Shown]) -> dict[str, Ticket]:
    """By reference, locked: those that were shown, and those of the scans that are spoken of."""
    references = {one.reference for one in shown} - {""}
    spoken_of = {s.row.entry_id for s in said} | {s.row.of for s in said if s.row.of}
    ours = Ticket.objects.filter(event__organizer=device.event.organizer_id)
    named = ours.filter(reference__in=references).values_list("pk", flat=True)
    scanned = Scan.objects.filter(scan_id__in=spoken_of, event=device.event, ticket__isnull=False)
    ids = {*named, *scanned.values_list("ticket_id", flat=True)}
    return {ticket.reference: ticket for ticket in lock(ids)}


def _shown(text: Text) -> Shown:
    match text:
        case ScanText():
            return read(text.code)
        case OverrideText():
            return Shown(text.ticket)
        case _:
            return Shown("")


class _Writer:
    """Makes the scans of one upload."""

    def __init__(
        self,
        device: Device,
        tickets: Mapping[str, Ticket],
        supervisors: Mapping[int, Supervisor],
        *,
        at: datetime,
    ) -> None:
        self._device, self._tickets, self._at = device, tickets, at
        self._supervisors = supervisors
        self._gates = {gate.pk: gate for gate in Gate.objects.filter(event=device.event)}
        self._past = Past(device.event, tickets.values())

    def scan(self, said: Said, shown: Shown) -> Scan:
        row, text, event = said.row, said.text, self._device.event
        ticket, gate = self._tickets.get(shown.reference), self._gates.get(text.gate or 0)
        claim = _claim(said)
        doubt = second_look(event, claim, shown, ticket, gate, self._past)
        if claim.verdict in LET_THROUGH and ticket and ticket.event_id != event.pk:
            ticket = None  # whoever came in, it was not with a ticket of this event
        return Scan(
            scan_id=row.entry_id,
            code_hash=code_hash(
                event, text.code if isinstance(text, ScanText) else shown.reference
            ),
            event=event,
            gate=gate,
            ticket=ticket,
            mode=text.mode,
            direction=text.direction,
            verdict=claim.verdict,
            reason=claim.reason,
            decided_by=DecidedBy.PHONE,
            doubt=doubt,
            device=self._device,
            device_name=self._device.name,
            actor=self._device.actor,
            **self._overruled(text),
            scanned_at=text.device_time,
            happened_at=row.happened_at,
            within_ms=row.within_ms,
            received_at=self._at,
            answer=_answer(said, claim),
        )

    def _overruled(self, text: Text) -> dict[str, object]:
        if not isinstance(text, OverrideText):
            return {}
        # Without a proof nobody stands for it: it counts like any other entry.
        proven = _proven(text, self._supervisors)
        supervisor = self._supervisors[text.supervisor] if proven else None
        return {"supervisor": supervisor, "overrule_words": text.words}


def _claim(said: Said) -> Claim:
    text, at = said.text, said.row.happened_at
    if isinstance(text, ScanText):
        return Claim(text.verdict, text.reason, text.direction, at)
    return Claim(Verdict.ADMITTED, OVERRULED, text.direction, at, overruled=True)


def _answer(said: Said, claim: Claim) -> str:
    """What a call under this id hears: the phone's own verdict. The code is in its log and not here."""
    text = said.text
    told = {"scan_id": str(text.id), "verdict": claim.verdict, "reason": claim.reason}
    return json.dumps({**told, "at": said.row.happened_at.isoformat(timespec="seconds")})


def _supervisors(device: Device, said: Iterable[Said]) -> dict[int, Supervisor]:
    """The organizer's, also retired ones, where somebody was overruled at all."""
    if not any(isinstance(s.text, OverrideText) for s in said):
        return {}
    return {s.pk: s for s in Supervisor.objects.filter(organizer=device.event.organizer_id)}


def _lost_calls(device: Device, said: Sequence[Said], *, at: datetime) -> list[Scan]:
    """
    A call the phone gave up and decided by itself. Should it still arrive, it finds its id on record and
    admits nobody.
    """
    return [
        Scan(
            scan_id=said_.row.of,
            code_hash=code_hash(device.event, said_.text.code),
            event=device.event,
            verdict=Verdict.NOT_VALID,
            reason=LOST_CALL,
            mode=said_.text.mode,
            direction=said_.text.direction,
            device=device,
            device_name=device.name,
            actor=device.actor,
            scanned_at=said_.text.device_time,
            happened_at=said_.row.happened_at,
            within_ms=said_.row.within_ms,
            received_at=at,
            answer="{}",
        )
        for said_ in said
        if isinstance(said_.text, ScanText) and said_.row.of
    ]


def _flags(
    device: Device,
    said: Sequence[Said],
    on_record: Mapping[UUID, Scan],
    supervisors: Mapping[int, Supervisor],
    *,
    at: datetime,
) -> list[DeviceFlag]:
    foreign = _foreign(device, said)
    flags = []
    for s in said:
        if _contradicts(s, on_record.get(s.row.entry_id)):
            flags.append(_new_flag(device, s, Flaw.CONTRADICTION, at=at))
        if s.row.of in foreign:
            flags.append(_new_flag(device, s, Flaw.FOREIGN, at=at))
        if isinstance(s.text, OverrideText) and not _proven(s.text, supervisors):
            flags.append(_new_flag(device, s, Flaw.UNPROVEN, at=at))
    return flags


def _foreign(device: Device, said: Sequence[Said]) -> set[UUID]:
    """Of the scans they speak of those that another phone of this door made under that name."""
    named = {s.row.of: log_text.of_which(s.text) for s in said if s.row.of}
    if not named:
        return set()
    others = [other.actor for other in device.event.devices.exclude(pk=device.pk)]
    theirs = {own_id(o, name): of for of, name in named.items() if name for o in others}
    found = Scan.objects.filter(scan_id__in=theirs).values_list("scan_id", flat=True)
    return {theirs[scan_id] for scan_id in found}


def _contradicts(said: Said, scan: Scan | None) -> bool:
    """It claims an answer of the server that was never given, or another one than was given."""
    if not isinstance(said.text, ScanText):
        return False
    if scan is None:
        return said.text.by == "server"
    return scan.verdict != said.text.verdict


def _had_retired(supervisor: Supervisor, text: OverrideText) -> bool:
    return supervisor.retired_at is not None and supervisor.retired_at <= text.happened_at


def _proven(text: OverrideText, supervisors: Mapping[int, Supervisor]) -> bool:
    supervisor = supervisors.get(text.supervisor)
    if supervisor is None or _had_retired(supervisor, text):
        return False
    proof = pins.proof(
        bytes(supervisor.key),
        entry_id=str(text.id),
        of=str(text.of),
        ticket=text.ticket,
        supervisor_id=supervisor.pk,
    )
    return hmac.compare_digest(proof.encode(), text.proof.encode())


def _new_flag(device: Device, said: Said, flaw: Flaw, *, at: datetime) -> DeviceFlag:
    return DeviceFlag(device=device, flaw=flaw, seq=said.row.seq, detail=said.row.text, at=at)
