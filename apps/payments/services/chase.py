"""What was not heard of in time is looked at again. Beat calls these; each is bounded and repeatable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from django.db import transaction
from django.db.models import QuerySet

from apps.outbox.models import DeliveryState
from apps.outbox.publish import publish
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.pulse import note_events
from apps.payments.gateways.registry import NOTICE_GATEWAYS, set_up
from apps.payments.models import Dispute, Payment, ProviderNotice, Refund
from apps.payments.polling import next_dispute_poll, next_payment_poll, next_refund_poll
from apps.payments.states import NoticeState
from apps.payments.webhooks.inbox import keep
from apps.payments.webhooks.notices import park

POLL_MAX = 200
PARK_MAX = 200
# An event of this moment is on its way to the inbox: nobody missed it yet.
STILL_UNDER_WAY = timedelta(minutes=2)
LOOK_BACK = timedelta(hours=3)
LOOK_FAR_BACK = timedelta(days=3)  # as long as providers repeat a webhook
KEEP_NOTICES = timedelta(days=90)

Polled = TypeVar("Polled", Payment, Refund, Dispute)

log = structlog.get_logger(__name__)


def poll_payments(*, at: datetime) -> int:
    """Publish `payment.due` for payments whose time to look has come. How many."""
    with transaction.atomic():
        due = _due(Payment.objects.all(), partial(next_payment_poll, at=at), at=at)
        for payment in due:
            publish("payment.due", about=payment, at=at)
    return len(due)


def poll_refunds(*, at: datetime) -> int:
    """Publish `refund.due` for refunds on their way. How many."""
    with transaction.atomic():
        due = _due(Refund.objects.all(), partial(next_refund_poll, at=at), at=at)
        for refund in due:
            publish("refund.due", about=refund, at=at)
    return len(due)


def poll_disputes(*, at: datetime) -> int:
    """Publish `dispute.due` for disputes that run. How many."""
    with transaction.atomic():
        rows = Dispute.objects.select_related("payment")
        due = _due(rows, partial(next_dispute_poll, at=at), at=at)
        for dispute in due:
            publish("dispute.due", about=dispute, at=at)
    return len(due)


def _due(
    rows: QuerySet[Polled], next_poll: Callable[[Polled], datetime | None], *, at: datetime
) -> list[Polled]:
    """Moved on before the answer, so that a provider that fails is not asked in a circle."""
    locked = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
    waiting = locked.filter(next_poll_at__lte=at)
    due = list(waiting.order_by("next_poll_at")[:POLL_MAX])
    for row in due:
        row.next_poll_at = next_poll(row)
        row.polls += 1
        row.save(update_fields=["next_poll_at", "polls"])
    return due


def fetch_missed(since: datetime, *, at: datetime) -> int:
    """Take in the events a provider lists and that never reached the inbox. How many were new."""
    return sum(_fetch_missed(kind, since, at=at) for kind in set_up())


def fetch_missed_of(kind: Kind, account: str, since: datetime, *, at: datetime) -> int:
    """
    The same of a payee's account that is connected to ours. How many were new.

    :raises GatewayError: it could not be read, for example because it was disconnected.
    """
    notices = NOTICE_GATEWAYS[kind].missed(since, at - STILL_UNDER_WAY, account=account)
    found = sum(keep(kind, notice, endpoint="connect", at=at) is not None for notice in notices)
    if found:
        log.warning("missed_events", provider=kind, account=account, events=found)
    return found


def _fetch_missed(kind: Kind, since: datetime, *, at: datetime) -> int:
    found = 0
    try:
        for notice in NOTICE_GATEWAYS[kind].missed(since, at - STILL_UNDER_WAY):
            found += keep(kind, notice, endpoint="platform", at=at) is not None
    except GatewayError as trouble:
        log.warning("missed_events_unread", provider=kind, error=str(trouble))
        note_events(kind, error=str(trouble))
    else:
        note_events(kind)
    if found:
        log.warning("missed_events", provider=kind, events=found)
    return found


def park_notices(*, at: datetime) -> int:
    """Notices whose deliveries have given up are parked, where an operator sees them. How many."""
    stuck = list(
        ProviderNotice.objects.filter(
            state=NoticeState.FAILED, message__deliveries__state=DeliveryState.PARKED
        )[:PARK_MAX]
    )
    for notice in stuck:
        park(notice, at=at)
    return len(stuck)


def forget_notices(*, at: datetime) -> int:
    """Notices name buyers; nothing needs them after the last retry and the last look back. How many."""
    old = ProviderNotice.objects.filter(
        received_at__lt=at - KEEP_NOTICES, state__in=[NoticeState.PROCESSED, NoticeState.IGNORED]
    )
    return old.delete()[0]
