"""What people find in their mail: everything queued is sent, the newest mail is read."""

from __future__ import annotations

import re
from datetime import datetime

from django.core import mail
from django.utils.timezone import now

from tests.outbox_pump import deliver_all


def newest_mail(to: str, *, at: datetime | None = None) -> mail.EmailMessage:
    deliver_all(at=at or now())
    return next(message for message in reversed(mail.outbox) if message.to == [to])


def subjects(*, at: datetime | None = None) -> list[str]:
    deliver_all(at=at or now())
    return [str(message.subject) for message in mail.outbox]


def link_in(message: mail.EmailMessage) -> str:
    """The path of its first link, as a test client wants it."""
    found = re.search(r"http://testserver(/\S*)", str(message.body))
    assert found, message.body
    return found.group(1)
