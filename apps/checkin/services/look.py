"""What is known about an attempt, before anything is decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from apps.checkin.facts import Code, EntryPolicy, GateRule, Known, Place, Stay, facts
from apps.checkin.models import (
    Device,
    Direction,
    Entry,
    EntryRule,
    Gate,
    Mode,
    settings_of,
)
from apps.checkin.own_id import own_id
from apps.checkin.rules import DOORS_CLOSE_AFTER_END, Facts
from apps.checkin.terms import rule_of, slot_of
from apps.core.asked_often import AskedOften
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
    device: Device | None = None
    device_name: str = ""
    mode: Mode = Mode.DOOR
    direction: Direction = Direction.IN

    @property
    def own_id(self) -> uuid.UUID:
        return own_id(self.actor, self.scan_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code says of itself. reference: of a ticket, "" of what is not ours."""

    reference: str
    event_id: int | None = None  # a typed reference does not say
    code: Code = field(default_factory=Code)


@dataclass(frozen=True, slots=True)
class Seen:
    facts: Facts
    ticket: Ticket | None = None  # never one of another organizer
    entries: Sequence[Entry] = ()  # those that stand, when they were asked for


def read(code: str) -> Shown:
    typed = normalise(code)
    if len(typed) == REFERENCE_LENGTH and set(typed) <= set(ALPHABET):
        return Shown(typed)
    try:
        claims = tokens.read(code)
    except tokens.NotOurs:
        return Shown("", code=Code(ours=False))
    return Shown(
        claims.reference,
        claims.event_id,
        Code(version=claims.version, expires_at=claims.expires_at),
    )


def look(attempt: Attempt, shown: Shown, *, at: datetime) -> Seen:
    """
    In a transaction: the ticket stays locked, so that nobody else decides about it meanwhile. Where a
    ticket goes in once, earlier entries are not read: writing the new one knows (`Entry.take_alone`).
    """
    if not shown.code.ours:
        return Seen(Facts(code="forged"))
    ticket = _here(attempt.event, _locked(shown.reference))
    once = settings_of(attempt.event).entry_rule == EntryRule.ONCE
    if ticket is None or (once and attempt.direction == Direction.IN):
        return with_entries(attempt, shown, ticket, (), at=at)
    return with_entries(attempt, shown, ticket, entries_of(ticket), at=at)


def with_entries(
    attempt: Attempt,
    shown: Shown,
    ticket: Ticket | None,
    entries: Sequence[Entry],
    *,
    at: datetime,
) -> Seen:
    event = attempt.event
    known = Known(state="unknown", here=shown.event_id in {None, event.pk})
    if ticket is not None:
        known = Known(
            state=ticket.state,
            version=ticket.version,
            variant=ticket.variant_id,
            access_level=ticket.access_level,
            here=ticket.event_id == event.pk,
            stays=[Stay(entry.at, entry.left_at) for entry in entries],
        )
    slot = slot_of(ticket.variant) if ticket else None
    place = place_of(event, attempt.gate, attempt.direction)
    return Seen(facts(shown.code, known, place, slot=slot, at=at), ticket, entries)


def entries_of(ticket: Ticket) -> list[Entry]:
    standing = Entry.objects.standing().select_related("gate")
    return list(standing.filter(ticket=ticket).order_by("at", "pk"))


def place_of(event: Event, gate: Gate | None, direction: str) -> Place:
    return Place(
        closes_at=event.ends_at + DOORS_CLOSE_AFTER_END,
        policy=policy_of(event),
        gate=rule_of(gate) if gate else GateRule(),
        direction=direction,
    )


def policy_of(event: Event) -> EntryPolicy:
    settings = settings_of(event)
    return EntryPolicy(
        rule=settings.entry_rule,
        zone=event.zone,
        per_day=settings.entries_per_day,
        day_starts_at=settings.day_starts_at,
    )


def _locked(reference: str) -> Ticket | None:
    return _TICKETS.first(reference)


def _by_reference(reference: str) -> QuerySet[Ticket]:
    tickets = Ticket.objects.select_for_update(no_key=True, of=("self",))
    return tickets.select_related("variant__time_slot").filter(reference=reference)


_TICKETS = AskedOften(_by_reference, "?")


def _here(event: Event, ticket: Ticket | None) -> Ticket | None:
    """Somebody else's: a signed code says so itself, a typed one must not tell that it exists."""
    if ticket is not None and ticket.event_id == event.pk:
        ticket.event = event
        return ticket
    if ticket is not None and ticket.event.organizer_id == event.organizer_id:
        return ticket
    return None
