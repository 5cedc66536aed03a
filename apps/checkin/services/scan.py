from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.checkin.models import Entry, EntryRule, Scan, Standing, Verdict, settings_of
from apps.checkin.rules import Rule, judge
from apps.checkin.services.look import (
    Attempt,
    Seen,
    Shown,
    entries_of,
    look,
    read,
    with_entries,
)
from apps.core.models import StateChange
from apps.events.models import Event
from apps.tickets.models import Ticket


class ScanIdReused(Exception):
    """The scan_id belongs to another code or event: a fault of the device, never a verdict."""


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    text: str  # JSON as it is stored and sent


def scan(attempt: Attempt, *, at: datetime) -> Answer:
    """
    Decide, admit by the event's entry rule, and put it on record, refused or not. The same scan_id gets
    the first answer again, byte for byte. The answer's fields are documented in `_text`.

    :raises ScanIdReused: nothing was changed.
    """
    shown = read(attempt.code)
    try:
        with transaction.atomic():
            return _decide(attempt, shown, at=at)
    except IntegrityError:
        # The scan_id is on record already, and what we were about to write is undone.
        given = _given_before(attempt)
        if given is None:
            raise
        return given


def _decide(attempt: Attempt, shown: Shown, *, at: datetime) -> Answer:
    seen = look(attempt, shown, at=at)
    rule = judge(seen.facts)
    if seen.ticket and rule.verdict == Verdict.ADMITTED and not _come(attempt, seen, at=at):
        seen = with_entries(attempt, shown, seen.ticket, entries_of(seen.ticket), at=at)
        rule = judge(seen.facts)
    if seen.ticket and rule.verdict == Verdict.LEFT:
        _leave(seen.entries, at=at)
    text = _text(attempt, seen, rule, at=at)
    Scan.objects.create(
        scan_id=attempt.own_id,
        code_hash=code_hash(attempt.event, attempt.code),
        event=attempt.event,
        gate=attempt.gate,
        ticket=seen.ticket,
        mode=attempt.mode,
        direction=attempt.direction,
        verdict=rule.verdict,
        reason=rule.reason,
        device=attempt.device,
        device_name=attempt.device_name,
        actor=attempt.actor,
        scanned_at=attempt.scanned_at,
        happened_at=at,
        received_at=at,
        answer=text,
    )
    return Answer(rule.verdict, text)


def _come(attempt: Attempt, seen: Seen, *, at: datetime) -> bool:
    """False when somebody took this turn before."""
    rule = settings_of(attempt.event).entry_rule
    if rule == EntryRule.PER_DAY:
        _leave(seen.entries, at=at)
    turns = [entry.turn for entry in seen.entries if entry.standing == Standing.REGULAR]
    entry = Entry(
        ticket=seen.ticket,
        event=attempt.event,
        gate=attempt.gate,
        scan_id=attempt.own_id,
        device=attempt.device,
        device_name=attempt.device_name,
        at=at,
        turn=max(turns, default=0) + 1,
    )
    return entry.take_alone() if rule == EntryRule.ONCE else entry.take()


def _leave(entries: Sequence[Entry], *, at: datetime) -> None:
    """Who came first leaves first, as in `history.replay`."""
    inside = [entry for entry in entries if entry.left_at is None]
    if inside:
        Entry.objects.filter(pk=inside[0].pk).update(left_at=at)


def _given_before(attempt: Attempt) -> Answer | None:
    stored = Scan.objects.filter(scan_id=attempt.own_id).first()
    if stored is None:
        return None
    if stored.code_hash != code_hash(attempt.event, attempt.code):
        raise ScanIdReused(str(attempt.scan_id))
    return Answer(Verdict(stored.verdict), stored.answer)


def code_hash(event: Event, code: str) -> str:
    return hashlib.sha256(f"{event.pk}:{code}".encode()).hexdigest()


def _text(attempt: Attempt, seen: Seen, rule: Rule, *, at: datetime) -> str:
    """
    verdict, reason: keys of Verdict and rules.REASONS · overrule: who may, of a refusal · ticket: whom it
    admits, when it is one of this organizer's · event: of the ticket, when it is another one · entry:
    when, where and on which device it went in before · change: since when and why it is blocked or
    refunded. Times in UTC.
    """
    answer = {
        "scan_id": str(attempt.scan_id),
        "verdict": rule.verdict.value,
        "reason": rule.reason,
        "overrule": rule.overrule,
        "at": _time(at),
        "ticket": _ticket(seen.ticket) if seen.ticket else None,
        "event": _other_event(seen.ticket) if rule.verdict == Verdict.WRONG_EVENT else None,
        "entry": _last(seen.entries) if rule.verdict == Verdict.ALREADY_USED else None,
        "change": _change(seen.ticket, rule.verdict),
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "holder": ticket.holder_name,
        "variant": ticket.variant.name,
        "access_level": ticket.access_level,
        "place": ticket.place_label,
    }


def _other_event(ticket: Ticket | None) -> dict[str, Any] | None:
    if ticket is None:
        return None
    return {"title": ticket.event.title, "starts_at": _time(ticket.event.starts_at)}


def _last(entries: Sequence[Entry]) -> dict[str, Any] | None:
    """None when it was undone in this very moment."""
    if not entries:
        return None
    entry = entries[-1]
    return {
        "at": _time(entry.at),
        "gate": entry.gate.name if entry.gate else "",
        "device": entry.device_name,
    }


def _change(ticket: Ticket | None, verdict: Verdict) -> dict[str, Any] | None:
    if ticket is None or verdict not in {Verdict.BLOCKED, Verdict.REFUNDED}:
        return None
    history = StateChange.objects.filter(subject=ticket._meta.label_lower, subject_id=ticket.pk)
    change = history.order_by("-id").first()
    return {"at": _time(change.at), "reason": change.reason} if change else None


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
