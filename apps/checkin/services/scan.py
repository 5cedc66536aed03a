from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.checkin.models import Entry, Scan, Verdict
from apps.checkin.rules import Rule, judge
from apps.checkin.services.look import Attempt, Seen, look
from apps.core.models import StateChange
from apps.tickets.models import Ticket


class ScanIdReused(Exception):
    """The scan_id belongs to another code or event: a fault of the device, never a verdict."""


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    text: str  # JSON as it is stored and sent


def scan(attempt: Attempt, *, at: datetime) -> Answer:
    """
    Decide, admit at most once, and put it on record, refused or not. The same scan_id gets the first
    answer again, byte for byte. The answer's fields are documented in `_text`.

    :raises ScanIdReused: nothing was changed.
    """
    seen = look(attempt, at=at)
    try:
        with transaction.atomic():
            return _decide(attempt, seen, at=at)
    except IntegrityError:
        # The scan_id is on record already, and what we were about to write is undone.
        given = _given_before(attempt)
        if given is None:
            raise
        return given


def _decide(attempt: Attempt, seen: Seen, *, at: datetime) -> Answer:
    rule, inside = judge(seen.facts), None
    if rule.verdict == Verdict.ADMITTED and seen.ticket:
        taken = Entry(
            ticket=seen.ticket,
            event=attempt.event,
            gate=attempt.gate,
            scan_id=attempt.scan_id,
            device=attempt.device,
            at=at,
        )
        if not taken.take():
            rule = judge(replace(seen.facts, entry="inside"))
            inside = _standing_entry(seen.ticket)
    text = _text(attempt, seen, rule, inside=inside, at=at)
    Scan.objects.create(
        scan_id=attempt.scan_id,
        code_hash=_code_hash(attempt),
        event=attempt.event,
        gate=attempt.gate,
        ticket=seen.ticket,
        mode=attempt.mode,
        verdict=rule.verdict,
        reason=rule.reason,
        device=attempt.device,
        actor=attempt.actor,
        scanned_at=attempt.scanned_at,
        received_at=at,
        answer=text,
    )
    return Answer(rule.verdict, text)


def _given_before(attempt: Attempt) -> Answer | None:
    stored = Scan.objects.filter(scan_id=attempt.scan_id).first()
    if stored is None:
        return None
    if stored.code_hash != _code_hash(attempt):
        raise ScanIdReused(str(attempt.scan_id))
    return Answer(Verdict(stored.verdict), stored.answer)


def _code_hash(attempt: Attempt) -> str:
    return hashlib.sha256(f"{attempt.event.pk}:{attempt.code}".encode()).hexdigest()


def _standing_entry(ticket: Ticket) -> Entry | None:
    """None when it is undone in this very moment."""
    standing = Entry.objects.standing().select_related("gate")
    return standing.filter(ticket=ticket, double=False).first()


def _text(attempt: Attempt, seen: Seen, rule: Rule, *, inside: Entry | None, at: datetime) -> str:
    """
    verdict, reason: keys of Verdict and rules.REASONS · ticket: whom it admits, when it is one of this
    organizer's · event: of the ticket, when it is another one · entry: when, where and on which device
    it went in before · change: since when and why it is blocked or refunded. Times in UTC.
    """
    answer = {
        "scan_id": str(attempt.scan_id),
        "verdict": rule.verdict.value,
        "reason": rule.reason,
        "at": _time(at),
        "ticket": _ticket(seen.ticket) if seen.ticket else None,
        "event": _other_event(seen.ticket) if rule.verdict == Verdict.WRONG_EVENT else None,
        "entry": _entry(inside) if inside else None,
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


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": _time(entry.at),
        "gate": entry.gate.name if entry.gate else "",
        "device": entry.device,
    }


def _change(ticket: Ticket | None, verdict: Verdict) -> dict[str, Any] | None:
    if ticket is None or verdict not in {Verdict.BLOCKED, Verdict.REFUNDED}:
        return None
    history = StateChange.objects.filter(subject=ticket._meta.label_lower, subject_id=ticket.pk)
    change = history.order_by("-id").first()
    return {"at": _time(change.at), "reason": change.reason} if change else None


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
