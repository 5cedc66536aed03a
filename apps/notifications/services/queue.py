from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from apps.accounts.models import Organizer
from apps.notifications.messages import KINDS
from apps.notifications.models import Mail, label_of
from apps.orders.models import Order
from apps.outbox.publish import publish


@dataclass(frozen=True, slots=True)
class NewMail:
    """
    kind: a key of messages.KINDS. dedupe_key: a second mail with the same one is not made.
    organizer: whose name it goes out under, and who gets the answers.
    context: JSON values that cannot be read from what it is about.
    """

    kind: str
    to: str
    language: str
    dedupe_key: str
    about: models.Model | None = None
    organizer: Organizer | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


def to_buyer(
    kind: str, order: Order, *, dedupe_key: str, context: Mapping[str, Any] | None = None
) -> NewMail:
    """About their order, in its language, in the name of its organizer."""
    return NewMail(
        kind=kind,
        to=order.email,
        language=order.language,
        dedupe_key=dedupe_key,
        about=order,
        organizer=order.organizer,
        context=context or {},
    )


def queue_mail(new: NewMail, *, at: datetime) -> Mail:
    """In the caller's transaction: when that does not commit, nobody gets a mail."""
    if new.kind not in KINDS:
        raise KeyError(new.kind)
    mail, created = Mail.objects.get_or_create(
        dedupe_key=new.dedupe_key,
        defaults={
            "kind": new.kind,
            "to": new.to.strip().lower(),
            "language": new.language,
            "organizer": new.organizer,
            "about": label_of(new.about) if new.about is not None else "",
            "context": dict(new.context),
            "created_at": at,
            "queued_at": at,
        },
    )
    if created:
        publish("mail.queued", about=mail, at=at)
    return mail
