from __future__ import annotations

from datetime import datetime

from apps.outbox.models import Message
from apps.payments.models import ProviderNotice, Refund
from apps.payments.polling import REFUND_MOVING
from apps.payments.services.note_warning import note_warning
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.submit_refund import look_up_refund
from apps.payments.services.submit_refund import submit_refund as submit
from apps.payments.states import NoticeState
from apps.payments.webhooks.notices import ignore, payments_of, processing


def submit_refund(message: Message, *, at: datetime) -> None:
    submit(message.payload["id"], at=at)


def refund_due(message: Message, *, at: datetime) -> None:
    """A refund of which we have not heard; perhaps we have since, and cash cannot be asked about."""
    refund = Refund.objects.select_related("payment").get(pk=message.payload["id"])
    if refund.state in REFUND_MOVING:
        look_up_refund(refund, at=at)


def fraud_warned(message: Message, *, at: datetime) -> None:
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    with processing(notice, at=at):
        for payment in payments_of(notice):
            note_warning(payment, notice.ids["warning"], at=at)


def refund_noticed(message: Message, *, at: datetime) -> None:
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    payments = payments_of(notice)
    if not payments and notice.state == NoticeState.RECEIVED:
        ignore(notice, at=at)  # not ours, or our own request was answered meanwhile
        return
    with processing(notice, at=at):
        for payment in payments:
            reconcile_refunds(payment, at=at)
