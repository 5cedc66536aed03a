from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.checkin.facts import Slot
from apps.checkin.models import Device, Gate, Pairing, TimeSlot
from apps.checkin.services.door_changed import door_changed
from apps.checkin.terms import write_gate, write_slot
from apps.variants.models import Variant


@transaction.atomic
def save_gate(gate: Gate, *, at: datetime) -> None:
    """A new one, or one with changes."""
    gate.save()
    write_gate(gate, at=at)
    door_changed(gate.event)


@transaction.atomic
def remove_gate(gate: Gate, *, at: datetime) -> None:
    """
    Nobody stands there any more; also twice. What was scanned there keeps its name, and so does what
    phones bring later.
    """
    Gate.objects.in_use().filter(pk=gate.pk).update(removed_at=at)
    for standing in (Device, Pairing):
        standing.objects.filter(gate=gate).update(gate=None)
    door_changed(gate.event)


@transaction.atomic
def give_slot(
    variant: Variant, *, admits_from: datetime, admits_until: datetime, at: datetime
) -> None:
    """admits_until is after admits_from."""
    TimeSlot.objects.update_or_create(
        variant=variant, defaults={"admits_from": admits_from, "admits_until": admits_until}
    )
    write_slot(variant, Slot(admits_from, admits_until), at=at)
    door_changed(variant.event)


@transaction.atomic
def take_slot(variant: Variant, *, at: datetime) -> None:
    """Its tickets open the door all through the event again."""
    if TimeSlot.objects.filter(variant=variant).delete()[0]:
        write_slot(variant, None, at=at)
    door_changed(variant.event)
