from __future__ import annotations

from datetime import datetime

from apps.notifications.messages import KINDS
from apps.notifications.models import Mail, MailState

_DONE = (MailState.SENT, MailState.FAILED, MailState.BOUNCED, MailState.SKIPPED)
BATCH = 2000


def forget(*, at: datetime) -> int:
    """Drop the words of old mails: they hold links and codes. That each was sent stays on record."""
    return sum(_forget(name, before=at - kind.kept_for) for name, kind in KINDS.items())


def _forget(kind: str, *, before: datetime) -> int:
    old = Mail.objects.filter(kind=kind, state__in=_DONE, queued_at__lt=before).exclude(text="")
    numbers = list(old.values_list("pk", flat=True)[:BATCH])
    return Mail.objects.filter(pk__in=numbers).update(text="", html="", context={})
