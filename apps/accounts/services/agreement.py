from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import Organizer
from apps.trail.record import record


def change_agreement(
    organizer: Organizer, terms: Mapping[str, Any], *, actor: str, at: datetime
) -> None:
    """What the platform agrees with an organizer about money: fields of the organizer by name."""
    with transaction.atomic():
        locked = Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
        changed = {name: value for name, value in terms.items() if getattr(locked, name) != value}
        if not changed:
            return
        words = [f"{name}: {getattr(locked, name)} -> {value}" for name, value in changed.items()]
        Organizer.objects.filter(pk=locked.pk).update(**changed)
        record("agreement.change", about=locked, actor=actor, at=at, reason="; ".join(words))
