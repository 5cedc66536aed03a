from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import LegalTexts, Organizer


@dataclass(frozen=True, slots=True)
class Texts:
    imprint: str
    terms: str
    withdrawal_notice: str


@transaction.atomic
def save_legal_texts(organizer: Organizer, texts: Texts, *, actor: str, at: datetime) -> int:
    """The version they have now: a new one when a word has changed, and the old words stay on record."""
    locked = Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
    _keep(locked, _texts_of(locked), actor="system", at=at)
    if _texts_of(locked) != texts:
        for name, text in asdict(texts).items():
            setattr(locked, name, text)
        locked.terms_version += 1
        locked.save(update_fields=[*asdict(texts), "terms_version"])
        _keep(locked, texts, actor=actor, at=at)
    for name in (*asdict(texts), "terms_version"):
        setattr(organizer, name, getattr(locked, name))
    return locked.terms_version


def _texts_of(organizer: Organizer) -> Texts:
    return Texts(organizer.imprint, organizer.terms, organizer.withdrawal_notice)


def _keep(organizer: Organizer, texts: Texts, *, actor: str, at: datetime) -> None:
    """The first version was never saved by this service; it is put on record before it changes."""
    LegalTexts.objects.get_or_create(
        organizer=organizer,
        version=organizer.terms_version,
        defaults={**asdict(texts), "actor": actor, "created_at": at},
    )
