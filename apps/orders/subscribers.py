from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.services.adopt_refund import adopt_refund
from apps.orders.services.booking import give_back_provider_fee
from apps.orders.services.called_off import begin_refunds, end_called_off
from apps.orders.services.dispute import look_at_disputes, settle_failed_refund
from apps.orders.services.due import fill
from apps.orders.services.expire import expire
from apps.orders.services.settle import settle
from apps.orders.services.sold_out import refresh_sold_out as refresh
from apps.outbox.deliver import RetryLater
from apps.outbox.models import Message
from apps.outbox.publish import publish
from apps.payments.gateways.registry import DISPUTE_GATEWAYS
from apps.payments.models import Dispute, Payment, ProviderNotice, Refund
from apps.payments.services.answer_dispute import submit_answer
from apps.payments.services.refund import NOT_GOING_BACK
from apps.payments.states import NoticeState, PaymentState, RefundState
from apps.payments.webhooks.notices import ignore, payments_of, processing

NOT_YET_CAPTURED = timedelta(minutes=5)


def provider_notice(message: Message, *, at: datetime) -> None:
    """A webhook is a hint where to look; what is true is read from the provider."""
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    if notice.state == NoticeState.IGNORED:
        return  # the worker that did so did not live to say it
    payments = payments_of(notice)
    if not payments and notice.state == NoticeState.RECEIVED:
        ignore(notice, at=at)  # not ours, or the buyer came back meanwhile
        return
    with processing(notice, at=at):
        for payment in payments:
            settle(payment, actor=f"provider:{payment.provider}", at=at)


def dispute_noticed(message: Message, *, at: datetime) -> None:
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    with processing(notice, at=at):
        for payment in payments_of(notice) or _named_by_dispute(notice):
            _take_in_disputes(payment, notice, at=at)


def _take_in_disputes(payment: Payment, notice: ProviderNotice, *, at: datetime) -> None:
    """It may be quicker than the news of the payment itself."""
    if payment.state != PaymentState.CAPTURED:
        settle(payment, actor=f"provider:{payment.provider}", at=at)
        payment.refresh_from_db()
    if payment.state != PaymentState.CAPTURED:
        raise RetryLater(NOT_YET_CAPTURED)
    look_at_disputes(payment, named=notice.ids, at=at)


def _named_by_dispute(notice: ProviderNotice) -> list[Payment]:
    """Of a payment whose ids we have not heard yet, the provider repeats our reference."""
    if "dispute" not in notice.ids:
        return []
    seen = DISPUTE_GATEWAYS[notice.provider].fetch_dispute(notice.ids["dispute"])
    if not seen.reference:
        return []
    return list(Payment.objects.filter(provider=notice.provider, reference=seen.reference))


def dispute_due(message: Message, *, at: datetime) -> None:
    """A dispute that runs is looked at every day."""
    dispute = Dispute.objects.select_related("payment").get(pk=message.payload["id"])
    _look_again(dispute, at=at)


def dispute_answered(message: Message, *, at: datetime) -> None:
    answer = submit_answer(message.payload["id"], at=at)
    dispute = Dispute.objects.select_related("payment").get(pk=answer.dispute_id)
    _look_again(dispute, at=at)


def _look_again(dispute: Dispute, *, at: datetime) -> None:
    """Under its own name: what a bank took back without a case is listed by it only."""
    look_at_disputes(dispute.payment, named={"refund": dispute.provider_id}, at=at)


def payment_due(message: Message, *, at: datetime) -> None:
    """A payment whose webhook never came."""
    settle(Payment.objects.get(pk=message.payload["id"]), actor="system", at=at)


def order_due(message: Message, *, at: datetime) -> None:
    """Its time is up; when it is dealt with, the next one may ask the same provider."""
    expire(Order.objects.get(pk=message.payload["id"]), at=at)
    fill(message.payload["lane"], at=at, finished=message.pk)


def refund_changed(message: Message, *, at: datetime) -> None:
    refund = _REFUNDS.get(message.payload["id"])
    order = refund.payment.order_payment.order
    if refund.state == RefundState.SUCCEEDED:
        if refund.payment.order_payment.applied:
            give_back_provider_fee(order, refund, at=at)
        publish("order.refunded", about=order, at=at, refund=refund.pk)
    elif refund.state in NOT_GOING_BACK:
        publish("order.refund_failed", about=order, at=at, refund=refund.pk)
        settle_failed_refund(refund.payment, at=at)


def refund_adopted(message: Message, *, at: datetime) -> None:
    adopt_refund(Refund.objects.select_related("payment").get(pk=message.payload["id"]), at=at)


def refresh_sold_out(message: Message, *, at: datetime) -> None:
    refresh(_with_event(message).event, at=at)


def orders_to_refund(message: Message, *, at: datetime) -> None:
    event = Event.objects.get(pk=message.payload["id"])
    begin_refunds(event, after=message.payload.get("after", 0), at=at)


def called_off(message: Message, *, at: datetime) -> None:
    end_called_off(_with_event(message), at=at)


def paid_too_late(message: Message, *, at: datetime) -> None:
    """Called off in the very moment it was paid: whoever refunds everybody may have passed it."""
    order = _with_event(message)
    if order.event.state == EventState.CANCELLED:
        publish("order.called_off", about=order, at=at, event=order.event_id)


def _with_event(message: Message) -> Order:
    return _ORDERS.get(message.payload["id"])


def _of_order(pk: int) -> QuerySet[Order]:
    return Order.objects.select_related("event").filter(pk=pk)


def _of_refund(pk: int) -> QuerySet[Refund]:
    return Refund.objects.select_related("payment__order_payment__order").filter(pk=pk)


_ORDERS, _REFUNDS = AskedOften(_of_order, -1), AskedOften(_of_refund, -1)
