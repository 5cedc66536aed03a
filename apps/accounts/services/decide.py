"""What the platform decides about an organizer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Organizer
from apps.accounts.states import OrganizerState
from apps.core.transitions import move
from apps.outbox.publish import publish


@transaction.atomic
def approve(organizer: Organizer, *, actor: str, at: datetime) -> None:
    """
    Also after a rejection, and to end a suspension.

    :raises IllegalTransition, LostRace: nothing was changed.
    """
    move(organizer, OrganizerState.APPROVED, actor=actor, at=at)
    publish("organizer.approved", about=organizer, at=at)


@transaction.atomic
def reject(organizer: Organizer, *, reason: str, actor: str, at: datetime) -> None:
    """
    :raises IllegalTransition, LostRace: nothing was changed.
    """
    move(organizer, OrganizerState.REJECTED, actor=actor, at=at, reason=reason)
    publish("organizer.rejected", about=organizer, at=at, reason=reason)


@transaction.atomic
def suspend(organizer: Organizer, *, reason: str, actor: str, at: datetime) -> None:
    """
    Their events are not shown and their team is locked out; what was sold stays sold.

    :raises IllegalTransition, LostRace: nothing was changed.
    """
    move(organizer, OrganizerState.SUSPENDED, actor=actor, at=at, reason=reason)
    publish("organizer.suspended", about=organizer, at=at, reason=reason)
