from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import Organizer
from apps.invoices import law
from apps.invoices.models import LegalEntity
from apps.outbox.publish import publish
from apps.trail.record import record


def entity_of(organizer: Organizer | None) -> LegalEntity:
    """As it is, or to be filled in; nothing is written."""
    found = LegalEntity.objects.filter(organizer=organizer).first()
    return found or LegalEntity(organizer=organizer, name=organizer.name if organizer else "")


def save_legal(entity: LegalEntity, *, actor: str, at: datetime) -> LegalEntity:
    """
    As far as it is known. Once nothing is missing, what has waited is numbered; documents that exist
    keep what they say.
    """
    complete = not law.missing(entity)
    entity.complete_at = (entity.complete_at or at) if complete else None
    with transaction.atomic():
        changed = _changed(entity)
        entity.save()
        if changed:
            record("legal_data.change", about=entity, actor=actor, at=at, reason=changed)
        publish("legal_data.changed", about=entity, at=at)
    return entity


def _changed(entity: LegalEntity) -> str:
    """The names of what differs; it is what documents say from now on, so it is on the trail."""
    row = LegalEntity.objects.filter(pk=entity.pk).values().first()
    before: dict[str, Any] = {**row} if row else {}
    names = [field.attname for field in entity._meta.concrete_fields if not field.primary_key]
    differ = (name for name in names if before.get(name) != getattr(entity, name))
    return ", ".join(name for name in differ if name != "complete_at")
