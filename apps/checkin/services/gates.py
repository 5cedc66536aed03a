from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.checkin.models import Gate, TimeSlot
from apps.checkin.services.door_changed import door_changed
from apps.variants.models import Variant


@transaction.atomic
def save_gate(gate: Gate) -> None:
    """A new one, or one with changes."""
    gate.save()
    door_changed(gate.event)


@transaction.atomic
def remove_gate(gate: Gate) -> None:
    """
    :raises ProtectedError: somebody was scanned there.
    """
    gate.delete()
    door_changed(gate.event)


@transaction.atomic
def give_slot(variant: Variant, *, admits_from: datetime, admits_until: datetime) -> None:
    """admits_until is after admits_from."""
    TimeSlot.objects.update_or_create(
        variant=variant, defaults={"admits_from": admits_from, "admits_until": admits_until}
    )
    door_changed(variant.event)


@transaction.atomic
def take_slot(variant: Variant) -> None:
    """Its tickets open the door all through the event again."""
    TimeSlot.objects.filter(variant=variant).delete()
    door_changed(variant.event)
