"""What door pages show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.checkin.models import Device, DeviceFlag, DeviceState, Entry, LogEntry
from apps.core.models import StateChange
from apps.core.references import normalise
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState

COUNTS_SECONDS = 3
GUESTS_MAX = 20
_TYPED_MIN = 2  # letters of a name; fewer find half the hall
_TYPED_REFERENCE_MIN = 4


@dataclass(frozen=True, slots=True)
class Counts:
    inside: int  # came and did not leave
    expected: int  # tickets that stand for somebody, blocked ones included
    by_gate: dict[int, int]


def counts(event: Event) -> Counts:
    """At most some seconds old: every phone of an event asks for the same numbers."""
    key = f"door-counts:{event.pk}"
    kept: Counts | None = cache.get(key)
    if kept is None:
        kept = count(event)
        cache.set(key, kept, COUNTS_SECONDS)
    return kept


def count(event: Event) -> Counts:
    inside = Entry.objects.inside().filter(event=event)
    rows = inside.order_by().values_list("gate").annotate(Count("pk"))
    by_gate = {gate: number for gate, number in rows if gate is not None}
    total = sum(number for _gate, number in rows)
    return Counts(total, Ticket.objects.living().filter(event=event).count(), by_gate)


def guests(event: Event, typed: str) -> list[Ticket]:
    """Tickets of this event by part of a name or address, or the start of a reference; a few, by name."""
    typed = typed.strip()
    if len(typed) < _TYPED_MIN:
        return []
    here = Ticket.objects.filter(event=event)
    found: set[int] = set()
    for match in _matches(typed):
        found.update(here.filter(match).order_by("pk").values_list("pk", flat=True)[:GUESTS_MAX])
    standing = Entry.objects.standing().select_related("gate").order_by("at", "pk")
    shown = here.filter(pk__in=found).select_related("variant")
    shown = shown.prefetch_related(Prefetch("entries", standing), "notes")
    return list(shown.order_by("holder_name", "pk")[:GUESTS_MAX])


def _matches(typed: str) -> Iterator[Q]:
    if "@" in typed:
        yield Q(unit__line__order__email__icontains=typed)
        return
    yield Q(holder_name__unaccent__icontains=typed)
    yield Q(unit__line__order__name__unaccent__icontains=typed)
    reference = normalise(typed)
    if len(reference) >= _TYPED_REFERENCE_MIN:
        yield Q(reference__startswith=reference)
        yield Q(unit__line__order__reference__startswith=reference)


def blocked(event: Event) -> QuerySet[Ticket]:
    """With `blocked_at` and `blocked_reason`, the latest first."""
    change = StateChange.objects.filter(
        subject=Ticket._meta.label_lower, subject_id=OuterRef("pk"), target=TicketState.BLOCKED
    ).order_by("-id")
    return (
        Ticket.objects.filter(event=event, state=TicketState.BLOCKED)
        .select_related("variant")
        .annotate(
            blocked_at=Subquery(change.values("at")[:1]),
            blocked_reason=Subquery(change.values("reason")[:1]),
        )
        .order_by("-blocked_at")
    )


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """aside: entries that came after it was revoked and do not count yet."""

    device: Device
    state: DeviceState
    flaws: int
    aside: int


def phones_of(event: Event, *, at: datetime) -> list[PhoneSeen]:
    """Working ones first, each as it is now."""
    flaws = _per_device(DeviceFlag.objects.filter(device__event=event))
    aside = _per_device(LogEntry.objects.filter(device__event=event, quarantined=True))
    working_first = (F("revoked_at").desc(nulls_first=True), "name", "pk")
    devices = event.devices.select_related("gate").order_by(*working_first)
    return [
        PhoneSeen(device, device.state(at=at), flaws.get(device.pk, 0), aside.get(device.pk, 0))
        for device in devices
    ]


def _per_device(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("device").annotate(Count("pk")))
