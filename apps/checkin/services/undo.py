from __future__ import annotations

from datetime import datetime

from apps.checkin.models import Entry


class AlreadyUndone(Exception):
    """Somebody undid this entry before."""


def undo(entry: Entry, *, actor: str, at: datetime) -> None:
    """
    They did not go in after all: the ticket admits again. The scan stays on record.

    :raises AlreadyUndone: nothing was changed.
    """
    if Entry.objects.standing().filter(pk=entry.pk).update(undone_at=at, undone_by=actor) != 1:
        raise AlreadyUndone(str(entry.pk))
    entry.undone_at, entry.undone_by = at, actor
