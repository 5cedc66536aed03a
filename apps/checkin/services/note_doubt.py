from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.checkin.board.doubts import cases_of
from apps.checkin.models import DoubtNote
from apps.events.models import Event


class NoSuchDoubt(Exception):
    """The event has no such case (any more)."""


@dataclass(frozen=True, slots=True)
class Subject:
    event: Event
    kind: str
    subject: str


def note_doubt(about: Subject, *, text: str, actor: str, name: str, at: datetime) -> DoubtNote:
    """
    Somebody looked at it, and says what they found. What arrives about it later opens it again.

    :raises NoSuchDoubt:
    """
    known = {(case.kind, case.subject) for case in cases_of(about.event, at=at)}
    if (about.kind, about.subject) not in known:
        raise NoSuchDoubt(f"{about.kind} {about.subject}")
    return DoubtNote.objects.create(
        event=about.event,
        kind=about.kind,
        subject=about.subject,
        text=text,
        by=actor,
        by_name=name[:120],
        at=at,
    )
