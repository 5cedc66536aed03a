from __future__ import annotations

from datetime import datetime

from django.db import models

from apps.core.models import StateChange


def note(thing: models.Model, source: str, target: str, *, actor: str, at: datetime) -> None:
    """Who changed a role or a team, kept for good; these have no state machine of their own."""
    StateChange.objects.create(
        subject=thing._meta.label_lower,
        subject_id=thing.pk,
        source=source[:20],
        target=target[:20],
        actor=actor,
        at=at,
    )
