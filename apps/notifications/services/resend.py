"""The same again: a mail that got lost, or that a buyer cannot find."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from apps.core.transitions import move
from apps.notifications.models import Mail, MailState
from apps.notifications.services.queue import queue_mail, to_buyer
from apps.orders.models import Order
from apps.outbox.publish import publish

PAUSE = timedelta(minutes=2)


class TooSoon(Exception):
    """It was just sent, or is about to be."""


def send_again(mail: Mail, *, actor: str, at: datetime) -> None:
    """
    Another try for a mail that failed or came back.

    :raises IllegalTransition: it is waiting, or it was sent.
    """
    with transaction.atomic():
        move(
            mail,
            MailState.QUEUED,
            actor=actor,
            at=at,
            queued_at=at,
            attempts=0,
            doubts=0,
            error="",
            resends=mail.resends + 1,
        )
        publish("mail.queued", about=mail, at=at)


def resend_tickets(order: Order, *, at: datetime) -> Mail:
    """
    The tickets of a paid order once more, to the address it has now.

    :raises TooSoon: nothing was queued.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        sent = Mail.objects.about(locked).filter(kind="order_confirmed", to=locked.email)
        if sent.filter(queued_at__gt=at - PAUSE).exists():
            raise TooSoon
        key = f"order_confirmed:{locked.pk}:again:{at.isoformat()}"
        return queue_mail(to_buyer("order_confirmed", locked, dedupe_key=key), at=at)
