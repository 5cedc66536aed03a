"""Who hears that a file is ready, or that there will be none: whoever may still have what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.exports.kinds import KINDS
from apps.exports.models import Export, ExportFile
from apps.exports.services.schedule import recipients_of
from apps.notifications.services.queue import NewMail, queue_mail
from apps.outbox.models import Message


def ready(message: Message, *, at: datetime) -> None:
    _tell("export_ready", message, at=at)


def failed(message: Message, *, at: datetime) -> None:
    _tell("export_failed", message, at=at)


def _tell(kind: str, message: Message, *, at: datetime) -> None:
    """A link each, never the file: whoever opens it is asked again who they are."""
    rows = ExportFile.objects.select_related("export__schedule", "export__organizer")
    file = rows.get(pk=message.payload["id"])
    for user in _who(file.export):
        new = NewMail(
            kind=kind,
            to=user.email,
            language=user.language,
            dedupe_key=f"{kind}:{file.pk}:{user.pk}",
            about=file,
            context={"site": _site(user, file.export)},
        )
        queue_mail(new, at=at)


def _who(export: Export) -> Iterable[User]:
    if export.schedule is not None:
        return [member.user for member in recipients_of(export.schedule)]
    kind, _, pk = export.actor.partition(":")
    users = User.objects.filter(pk=pk, is_active=True) if kind == "user" else User.objects.none()
    return [user for user in users if _may_have(user, export)]


def _may_have(user: User, export: Export) -> bool:
    return user.is_staff or _of_the_team(user, export)


def _of_the_team(user: User, export: Export) -> bool:
    owner = export.organizer
    return owner is not None and may(user, KINDS[export.kind].to, owner)


def _site(user: User, export: Export) -> str:
    """Where this person can open it."""
    return "console" if _of_the_team(user, export) else "platform"
