"""What gates and time slots said at a time: written with each change, read for what came in late."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime
from typing import Any

from apps.checkin.facts import GateRule, Slot
from apps.checkin.models import About, DoorTerms, Gate, TimeSlot
from apps.events.models import Event
from apps.variants.models import Variant


def rule_of(gate: Gate) -> GateRule:
    return GateRule(
        direction=gate.direction,
        variants=gate.variants,
        access_levels=gate.access_levels,
        opens_at=gate.opens_at,
        closes_at=gate.closes_at,
    )


def slot_of(variant: Variant) -> Slot | None:
    try:
        slot = variant.time_slot
    except TimeSlot.DoesNotExist:
        return None
    return Slot(slot.admits_from, slot.admits_until)


def write_gate(gate: Gate, *, at: datetime) -> None:
    """In the transaction of the change."""
    _write(gate.event, About.GATE, gate.pk, _plain(rule_of(gate)), at=at)


def write_slot(variant: Variant, slot: Slot | None, *, at: datetime) -> None:
    _write(variant.event, About.SLOT, variant.pk, _plain(slot) if slot else None, at=at)


def _write(event: Event, about: About, subject_id: int, terms: Any, *, at: datetime) -> None:
    DoorTerms.objects.create(event=event, about=about, subject_id=subject_id, terms=terms, at=at)


class Terms:
    """Of one event, read once."""

    def __init__(self, event: Event) -> None:
        self._known: dict[tuple[str, int], list[DoorTerms]] = defaultdict(list)
        for terms in DoorTerms.objects.filter(event=event).order_by("at", "pk"):
            self._known[terms.about, terms.subject_id].append(terms)

    def gate(self, gate: Gate | None, *, at: datetime) -> GateRule:
        """As it is now, where nothing was written down; a phone cannot know a gate before it is made."""
        if gate is None:
            return GateRule()
        known = self._known[About.GATE, gate.pk]
        told = _latest(known, at=at) or (known[0] if known else None)
        return GateRule(**_read(told.terms)) if told and told.terms else rule_of(gate)

    def slot(self, variant: Variant, *, at: datetime) -> Slot | None:
        known = self._known[About.SLOT, variant.pk]
        if not known:
            return slot_of(variant)
        told = _latest(known, at=at)
        return Slot(**_read(told.terms)) if told and told.terms else None


def _latest(known: list[DoorTerms], *, at: datetime) -> DoorTerms | None:
    return next((terms for terms in reversed(known) if terms.at <= at), None)


def _plain(rule: GateRule | Slot) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(rule).items()
    }


def _read(terms: dict[str, Any]) -> dict[str, Any]:
    moments = {name for name in terms if name.endswith(("_at", "_from", "_until"))}
    return {
        name: datetime.fromisoformat(value) if name in moments and value else value
        for name, value in terms.items()
    }
