"""
An event was called off: everybody's money goes back, a chunk of orders at a time, each order once.

What is to do is read from the orders themselves, so it goes on wherever it stopped.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.models import Order, OrderPayment, Unit
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import CalledOff, NotRefundable, refund
from apps.orders.states import UNPAID, Channel, OrderState
from apps.outbox.models import Delivery
from apps.outbox.publish import publish

CHUNK = 50
PAUSE = timedelta(seconds=1)  # sales of other events, and their refunds, go on in between
STEPS = ("order.called_off", "refund.requested")
KEY = "called off"
PAID = (OrderState.PAID, OrderState.COMPLETED)
# Asked of each order alone: what the others of the event are must cost nothing when one is looked at.
_STANDING = Q(Exists(Unit.objects.filter(line__order=OuterRef("pk"), refund_line=None)))
_MARKED = Q(
    Exists(
        OrderPayment.objects.filter(order=OuterRef("pk"), applied=True, payment__needs_review=True)
    )
)
_HOLDING = _STANDING & Q(state__in=PAID)
_IN_HAND = Q(channel=Channel.BOX_OFFICE)
_BY_ITSELF = _HOLDING & ~_IN_HAND & ~_MARKED


def holding(event: Event) -> QuerySet[Order]:
    """Paid, with tickets that still admit, or money of one that became a better ticket."""
    return Order.objects.filter(_HOLDING, event=event)


def by_hand(event: Event) -> QuerySet[Order]:
    """Paid into the organizer's own hand: only the organizer can hand it back."""
    return Order.objects.filter(_HOLDING & _IN_HAND, event=event)


def to_look_at(event: Event) -> QuerySet[Order]:
    """Their payment is marked: a person says what of it is still to go back."""
    return Order.objects.filter(_HOLDING & ~_IN_HAND & _MARKED, event=event)


def by_itself(event: Event) -> QuerySet[Order]:
    return Order.objects.filter(_BY_ITSELF, event=event)


def begin_refunds(event: Event, *, after: int, at: datetime) -> None:
    """
    A message for each order of the next chunk, and one for the rest. In the caller's transaction.

    after: the id of the last order that has its message.
    """
    if _is_behind():
        publish("event.orders_to_refund", about=event, at=at + PAUSE, after=after)
        return
    wanted = Q(state__in=UNPAID) | _BY_ITSELF
    orders = list(Order.objects.filter(wanted, event=event, pk__gt=after).order_by("pk")[:CHUNK])
    for order in orders:
        publish("order.called_off", about=order, at=at, event=event.pk)
    if len(orders) == CHUNK:
        publish("event.orders_to_refund", about=event, at=at + PAUSE, after=orders[-1].pk)


def _is_behind() -> bool:
    """
    Whether a chunk still waits to be tried for the first time, of whichever event: what is decided faster
    than a provider takes it stands in the way of everybody else's money. What was tried in vain holds up
    nobody.
    """
    untried = Delivery.objects.waiting().filter(attempts=0, message__topic__in=STEPS)
    return untried[:CHUNK].count() == CHUNK


def end_called_off(order: Order, *, at: datetime) -> None:
    """
    An unpaid order is cancelled, a paid one given back whole. Safe to repeat at any time. Not in a
    transaction.

    :raises GatewayError: whether it was paid could not be asked; call again.
    """
    if order.event.state != EventState.CANCELLED:
        return
    if order.state in UNPAID:
        try:
            cancel(order, actor="system", reason=KEY, at=at)
        except NotCancellable:
            order.refresh_from_db()  # paid in this very moment, or its money is on the way
    if order.state in PAID and by_itself(order.event).filter(pk=order.pk).exists():
        try:
            refund(order, CalledOff(), Giving("system", KEY, key=KEY), at=at)
        except NotRefundable:
            return  # somebody was faster
