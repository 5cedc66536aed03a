"""Tickets that went in more often than they may, with the entries on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from apps.checkin.board.figures import Double, Step
from apps.checkin.models import Entry
from apps.events.models import Event

LATEST = 6


def latest_doubles(event: Event) -> list[Double]:
    """Two statements."""
    newest = Entry.objects.double().filter(event=event).order_by("-at", "-pk")
    return doubles_of(event, list(newest.values_list("ticket_id", flat=True)[: 3 * LATEST]))[
        :LATEST
    ]


def doubles_of(event: Event, ticket_ids: Collection[int]) -> list[Double]:
    """In the order given, each once."""
    entries = Entry.objects.standing().filter(event=event, ticket__in=set(ticket_ids))
    steps: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries.select_related("ticket__variant", "gate").order_by("at", "pk"):
        steps[entry.ticket_id].append(entry)
    return [_double(steps[pk]) for pk in dict.fromkeys(ticket_ids) if pk in steps]


def _double(entries: list[Entry]) -> Double:
    ticket = entries[0].ticket
    return Double(
        ticket_id=ticket.pk,
        reference=ticket.spoken_reference,
        holder=ticket.holder_name,
        variant=ticket.variant.name,
        steps=[
            Step(
                at=entry.at,
                within_ms=entry.within_ms,
                gate=entry.gate.name if entry.gate else "",
                device=entry.device_name,
                standing=entry.standing,
                order_unknown=entry.order_unknown,
                scan_id=str(entry.scan_id),
            )
            for entry in entries
        ],
    )
