from __future__ import annotations

from datetime import datetime

from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.services.adopt_refund import adopt_refund
from apps.orders.services.booking import give_back_provider_fee
from apps.orders.services.called_off import begin_refunds, end_called_off
from apps.orders.services.due import fill
from apps.orders.services.expire import expire
from apps.orders.services.settle import settle
from apps.orders.services.sold_out import refresh_sold_out as refresh
from apps.outbox.models import Message
from apps.outbox.publish import publish
from apps.payments.models import Payment, ProviderNotice, Refund
from apps.payments.services.refund import NOT_GOING_BACK
from apps.payments.states import NoticeState, RefundState
from apps.payments.webhooks.notices import ignore, payments_of, processing


def provider_notice(message: Message, *, at: datetime) -> None:
    """A webhook is a hint where to look; what is true is read from the provider."""
    notice = ProviderNotice.objects.get(pk=message.payload["id"])
    payments = payments_of(notice)
    if not payments and notice.state == NoticeState.RECEIVED:
        ignore(notice, at=at)  # not ours, or the buyer came back meanwhile
        return
    with processing(notice, at=at):
        for payment in payments:
            settle(payment, actor=f"provider:{payment.provider}", at=at)


def payment_due(message: Message, *, at: datetime) -> None:
    """A payment whose webhook never came."""
    settle(Payment.objects.get(pk=message.payload["id"]), actor="system", at=at)


def order_due(message: Message, *, at: datetime) -> None:
    """Its time is up; when it is dealt with, the next one may ask the same provider."""
    expire(Order.objects.get(pk=message.payload["id"]), at=at)
    fill(message.payload["lane"], at=at, finished=message.pk)


def refund_changed(message: Message, *, at: datetime) -> None:
    refund = Refund.objects.select_related("payment__order_payment__order").get(
        pk=message.payload["id"]
    )
    order = refund.payment.order_payment.order
    if refund.state == RefundState.SUCCEEDED:
        if refund.payment.order_payment.applied:
            give_back_provider_fee(order, refund, at=at)
        publish("order.refunded", about=order, at=at, refund=refund.pk)
    elif refund.state in NOT_GOING_BACK:
        publish("order.refund_failed", about=order, at=at, refund=refund.pk)


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
    return Order.objects.select_related("event").get(pk=message.payload["id"])
