from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Organizer
from apps.checkin import pins
from apps.checkin.models import Supervisor
from apps.checkin.services.door_changed import doors_changed


def appoint(organizer: Organizer, *, name: str, pin: str, at: datetime) -> Supervisor:
    """
    :raises WeakPin:
    """
    with transaction.atomic():
        supervisor = pins.appoint(organizer, name=name, pin=pin, at=at)
        doors_changed(organizer)
    return supervisor


@transaction.atomic
def retire(supervisor: Supervisor, *, at: datetime) -> None:
    """Also twice. What they overruled stays on record; phones forget the PIN when they next hear from us."""
    Supervisor.objects.serving().filter(pk=supervisor.pk).update(retired_at=at)
    doors_changed(supervisor.organizer)
