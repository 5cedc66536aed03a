from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Organizer
from apps.invoices import law
from apps.invoices.models import LegalEntity
from apps.outbox.publish import publish


def entity_of(organizer: Organizer | None) -> LegalEntity:
    """As it is, or to be filled in; nothing is written."""
    found = LegalEntity.objects.filter(organizer=organizer).first()
    return found or LegalEntity(organizer=organizer, name=organizer.name if organizer else "")


def save_legal(entity: LegalEntity, *, at: datetime) -> LegalEntity:
    """
    As far as it is known. Once nothing is missing, what has waited is numbered; documents that exist
    keep what they say.
    """
    complete = not law.missing(entity)
    entity.complete_at = (entity.complete_at or at) if complete else None
    with transaction.atomic():
        entity.save()
        publish("legal_data.changed", about=entity, at=at)
    return entity
