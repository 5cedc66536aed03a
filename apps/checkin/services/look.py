"""What is known about an attempt, before anything is decided."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from apps.checkin.models import Gate, Mode
from apps.checkin.rules import DOORS_CLOSE_AFTER_END, Facts
from apps.core.references import ALPHABET, normalise
from apps.events.models import Event
from apps.tickets import tokens
from apps.tickets.models import REFERENCE_LENGTH, Ticket


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody shows a code, or the reference printed beside it, at a door."""

    event: Event
    code: str
    scan_id: uuid.UUID  # made once per decoded code on the device
    scanned_at: datetime  # the device's clock
    actor: str
    gate: Gate | None = None
    device: str = ""
    mode: Mode = Mode.DOOR


@dataclass(frozen=True, slots=True)
class Seen:
    facts: Facts
    ticket: Ticket | None = field(default=None)  # never one of another organizer


def look(attempt: Attempt, *, at: datetime) -> Seen:
    typed = normalise(attempt.code)
    if len(typed) == REFERENCE_LENGTH and set(typed) <= set(ALPHABET):
        return _look_at(attempt, _find(typed), at=at)
    try:
        claims = tokens.read(attempt.code)
    except tokens.NotOurs:
        return Seen(Facts(code="forged"))
    return _look_at(attempt, _find(claims.reference), at=at, claims=claims)


def _find(reference: str) -> Ticket | None:
    return Ticket.objects.select_related("variant").filter(reference=reference).first()


def _look_at(
    attempt: Attempt, ticket: Ticket | None, *, at: datetime, claims: tokens.Claims | None = None
) -> Seen:
    event_id = claims.event_id if claims else attempt.event.pk
    if ticket is not None and ticket.event_id == attempt.event.pk:
        event_id, ticket.event = ticket.event_id, attempt.event
    elif ticket is not None and ticket.event.organizer_id == attempt.event.organizer_id:
        event_id = ticket.event_id
    else:
        # Somebody else's: a signed code says so itself, a typed one must not tell that it exists.
        ticket = None
    facts = Facts(
        code="expired" if claims and claims.expired(at=at) else "good",
        event=_event(attempt.event, event_id, at=at),
        ticket=ticket.state if ticket else "unknown",
        version="old" if claims and ticket and claims.version != ticket.version else "current",
    )
    return Seen(facts, ticket)


def _event(event: Event, ticket_event_id: int, *, at: datetime) -> str:
    if ticket_event_id != event.pk:
        return "another"
    return "over" if at >= event.ends_at + DOORS_CLOSE_AFTER_END else "this"
