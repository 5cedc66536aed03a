"""
The only sender. A mail is QUEUED, then SENDING while the provider is spoken to, then SENT.

A try that ends without anybody knowing whether the mail went out (a crash, a timeout) leaves a doubt.
A provider that knows our idempotency key is simply asked again; with any other, one doubt is worth a
second try, so there is at most one duplicate, and a second doubt leaves the mail FAILED for a human.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from apps.core.transitions import LostRace, move
from apps.notifications import breaker
from apps.notifications.letter import NotNeeded
from apps.notifications.mail_errors import MAIL_ERRORS, Outcome, judge
from apps.notifications.messages import KINDS
from apps.notifications.models import Mail, MailState
from apps.notifications.render import Written, write
from apps.notifications.resend import IDEMPOTENCY_HEADER, knows_idempotency_keys
from apps.outbox.deliver import RetryLater

SENDING_MAX = timedelta(seconds=90)  # PDF, provider and a lease: after that, who sent it is dead
BACKOFF_FIRST, BACKOFF_MAX = timedelta(seconds=15), timedelta(minutes=30)
DOUBTS_MAX = 1

log = structlog.get_logger(__name__)


def send(mail: Mail, *, at: datetime) -> None:
    """
    Safe to repeat, late, and at once.

    :raises RetryLater: not now; the outbox asks again.
    """
    if mail.state == MailState.SENDING:
        _after_a_crash(mail, at=at)
    if mail.state != MailState.QUEUED:
        return
    if at - mail.queued_at > KINDS[mail.kind].useful_for:
        _end(mail, MailState.FAILED, at=at, error=mail.error or "too late")
        return
    if (pause := breaker.wait()) is not None:
        raise RetryLater(pause)
    try:
        written = write(mail)
    except NotNeeded as why:
        _end(mail, MailState.SKIPPED, at=at, error=str(why))
        return
    if _take(mail, written, at=at):
        _hand_over(mail, written, at=at)


def _take(mail: Mail, written: Written, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            move(
                mail,
                MailState.SENDING,
                actor="system",
                at=at,
                sending_since=at,
                attempts=mail.attempts + 1,
                subject=written.subject[:250],
                text=written.text,
                html=written.html,
            )
    except LostRace:
        return False
    return True


def _hand_over(mail: Mail, written: Written, *, at: datetime) -> None:
    message = _message(mail, written)
    try:
        message.send()
    except MAIL_ERRORS as error:
        _failed(mail, judge(error), at=at, error=str(error))
        return
    breaker.worked()
    status = getattr(message, "anymail_status", None)  # anymail's backends set it, others do not
    provider_id = (status.message_id or "") if status is not None else ""
    _end(mail, MailState.SENT, at=at, provider_id=str(provider_id), sent_at=at)


def _failed(mail: Mail, outcome: Outcome, *, at: datetime, error: str) -> None:
    log.warning("mail_failed", mail=mail.pk, outcome=outcome, error=error)
    if outcome is Outcome.ACCEPTED:
        _end(mail, MailState.SENT, at=at, sent_at=at)
    elif outcome is Outcome.REFUSED:
        _end(mail, MailState.FAILED, at=at, error=error)
    else:
        breaker.failed()
        if outcome is Outcome.UNKNOWN:
            _doubt(mail, at=at, error=error)
        else:
            _end(mail, MailState.QUEUED, at=at, error=error)
        if mail.state == MailState.QUEUED:
            raise RetryLater(min(BACKOFF_FIRST * 2 ** (mail.attempts - 1), BACKOFF_MAX))


def _after_a_crash(mail: Mail, *, at: datetime) -> None:
    if mail.sending_since is not None and at - mail.sending_since < SENDING_MAX:
        raise RetryLater(SENDING_MAX)
    _doubt(mail, at=at, error="interrupted while sending")


def _doubt(mail: Mail, *, at: datetime, error: str) -> None:
    again = mail.doubts < DOUBTS_MAX or knows_idempotency_keys(get_connection())
    target = MailState.QUEUED if again else MailState.FAILED
    _end(mail, target, at=at, error=error, doubts=mail.doubts + 1)


def _end(mail: Mail, target: MailState, *, at: datetime, error: str = "", **fields: object) -> None:
    with transaction.atomic():
        move(mail, target, actor="system", at=at, reason=error, error=error[:300], **fields)


def _message(mail: Mail, written: Written) -> EmailMultiAlternatives:
    connection = get_connection()
    headers = {"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"}
    if knows_idempotency_keys(connection):
        headers[IDEMPOTENCY_HEADER] = mail.idempotency_key
    message = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=_sender(mail),
        to=[mail.to],
        reply_to=[mail.organizer.email] if _for_organizer(mail) and mail.organizer else None,
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(written.html, "text/html")
    for attachment in written.attachments:
        message.attach(attachment.name, attachment.content, attachment.type)
    return message


def _sender(mail: Mail) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if mail.organizer is not None and _for_organizer(mail):
        name = " ".join(mail.organizer.name.split())
    return formataddr((name, address))


def _for_organizer(mail: Mail) -> bool:
    """
    Sent to a buyer, or to whom a voucher is for, in the organizer's name; what the platform tells
    organizers is its own.
    """
    return mail.about.startswith(("orders.order:", "vouchers.giftvoucher:"))


def _message_id(mail: Mail) -> str:
    """The same for every try, so that a duplicate is seen as one."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return f"<{mail.pk}.{mail.resends}.{mail.created_at.timestamp():.0f}@{host}>"
