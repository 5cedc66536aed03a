from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.accounts.models import PayoutMethod
from apps.orders.models import Order
from apps.outbox.deliver import RetryLater
from apps.outbox.models import Message
from apps.outbox.publish import publish
from apps.payments.gateways.errors import OutcomeUnknown, Throttled, Unavailable
from apps.payments.models import ProviderNotice
from apps.payments.states import DISPUTE_RUNNING
from apps.payments.webhooks.notices import processing
from apps.payouts.models import Payout
from apps.payouts.selectors import payouts_at
from apps.payouts.services.connect import refresh
from apps.payouts.services.look import look
from apps.payouts.services.release import release_again
from apps.payouts.services.send import NotNow, send

SOON = timedelta(minutes=1)
WHEN_FUNDED = timedelta(hours=1)


def send_payout(message: Message, *, at: datetime) -> None:
    try:
        send(Payout.objects.get(pk=message.payload["id"]), at=at)
    except NotNow as waits:
        raise RetryLater(WHEN_FUNDED) from waits
    except (OutcomeUnknown, Throttled, Unavailable) as trouble:
        raise RetryLater(SOON) from trouble


def dispute_changed(message: Message, *, at: datetime) -> None:
    """Its sale was not released while it ran."""
    if message.payload["state"] not in DISPUTE_RUNNING:
        order = Order.objects.select_related("event").get(pk=message.payload["order"])
        release_again(order, at=at)


def payout_notice(message: Message, *, at: datetime) -> None:
    """A webhook is a hint where to look; what is true is read from the provider."""
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    with processing(notice, at=at):
        for payout in payouts_at(notice.provider, notice.ids, notice.reference):
            look(payout, at=at)


def payee_bank_notice(message: Message, *, at: datetime) -> None:
    """The money was paid, and lies in the organizer's account there: only its owners can mend it."""
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    with processing(notice, at=at):
        for method in _methods_of(notice):
            publish("payout.bank_refused", about=method, at=at)


def payee_notice(message: Message, *, at: datetime) -> None:
    """Something changed at an organizer's own account."""
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    with processing(notice, at=at):
        for method in _methods_of(notice):
            refresh(method)


def _methods_of(notice: ProviderNotice) -> QuerySet[PayoutMethod]:
    account = notice.account or notice.ids.get("account", "")
    return PayoutMethod.objects.filter(provider=notice.provider, destination=account)
