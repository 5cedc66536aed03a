from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.checkin.models import Entry
from apps.checkin.services.look import policy_of
from apps.checkin.services.retell import lock, retell


class AlreadyUndone(Exception):
    """Somebody undid this entry before."""


def undo(entry: Entry, *, actor: str, at: datetime) -> None:
    """
    They did not go in after all: the ticket admits again. The scan stays on record.

    :raises AlreadyUndone: nothing was changed.
    """
    with transaction.atomic():
        lock([entry.ticket_id])
        if Entry.objects.standing().filter(pk=entry.pk).update(undone_at=at, undone_by=actor) != 1:
            raise AlreadyUndone(str(entry.pk))
        retell([entry.ticket_id], policy_of(entry.event))
    entry.undone_at, entry.undone_by = at, actor
