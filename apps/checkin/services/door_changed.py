from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from apps.accounts.models import Organizer
from apps.checkin.models import Device, DoorSettings
from apps.events.models import Event


def door_changed(event: Event) -> None:
    """In the transaction of the change: its phones read the door again."""
    _raise({event.pk})


def doors_changed(organizer: Organizer) -> None:
    """The same for all doors of the organizer that have phones."""
    phones = Device.objects.working().filter(event__organizer=organizer)
    _raise(set(phones.values_list("event", flat=True)))


def _raise(event_ids: Collection[int]) -> None:
    DoorSettings.objects.bulk_create(
        [DoorSettings(event_id=pk) for pk in event_ids], ignore_conflicts=True
    )
    DoorSettings.objects.filter(event__in=event_ids).order_by().update(version=F("version") + 1)
