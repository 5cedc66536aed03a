"""What the mail provider tells us later: an address that does not exist, a full mailbox, a complaint."""

from __future__ import annotations

from typing import Any

import structlog
from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.utils.timezone import now

from apps.core.transitions import LostRace, move
from apps.notifications.models import Mail, MailState

CAME_BACK = frozenset({EventType.BOUNCED, EventType.REJECTED, EventType.FAILED})

log = structlog.get_logger(__name__)


def on_tracking(event: AnymailTrackingEvent, **_signal: Any) -> None:
    """Receiver of anymail's signal, the only door its webhooks have. The same notice may come twice."""
    if event.event_type not in CAME_BACK or not event.message_id:
        return
    mail = Mail.objects.filter(provider_id=event.message_id, state=MailState.SENT).first()
    if mail is None:
        log.info("bounce_of_unknown_mail", type=event.event_type)
        return
    why = str(event.description or event.reject_reason or event.event_type)[:300]
    try:
        with transaction.atomic():
            move(mail, MailState.BOUNCED, actor="provider:mail", at=now(), reason=why, error=why)
    except LostRace:
        log.info("bounce_twice", mail=mail.pk)
