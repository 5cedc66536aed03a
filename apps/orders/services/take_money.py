"""Staff have the buyer's money in their hand: the sale is confirmed with it, or there is none."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.services.confirm import confirm
from apps.orders.services.start_payment import LIVING, NotPayable
from apps.orders.states import UNPAID
from apps.payments.gateways import offline
from apps.payments.gateways.offline import Taken
from apps.payments.models import Payment
from apps.payments.services.apply import apply
from apps.payments.states import PaymentState


def take_money(payment: Payment, taken: Taken, *, actor: str, at: datetime) -> Order:
    """
    Capture and sale in the caller's transaction. Money in the hand is never unapplied: when it buys
    nothing, nothing is on record, and it is handed back at once.

    :raises NotPayable, PlacesGone: roll back.
    """
    order = _lock(Order.objects.filter(payments__payment=payment))
    payment.refresh_from_db()
    if payment.state not in LIVING or payment.superseded:
        raise NotPayable
    applied = apply(payment.pk, offline.taken(payment.ids, taken, at=at), at=at)
    if applied.payment.state != PaymentState.CAPTURED:
        raise NotPayable
    confirm(order, applied.payment, actor=actor, at=at)
    return order


def take_nothing(order: Order, *, actor: str, at: datetime) -> Order:
    """
    The same for what costs nothing, or what a gift voucher pays.

    :raises NotPayable, PlacesGone, VoucherGone: roll back.
    """
    locked = _lock(Order.objects.filter(pk=order.pk))
    if locked.due:
        raise NotPayable
    confirm(locked, None, actor=actor, at=at)
    return locked


def _lock(orders: QuerySet[Order]) -> Order:
    if not connection.in_atomic_block:
        raise RuntimeError("what was taken must commit with what it bought")
    rows = orders.select_for_update(no_key=True, of=("self",))
    order = rows.select_related("event", "organizer").get()
    if order.state not in UNPAID or order.event.state != EventState.PUBLISHED:
        raise NotPayable
    return order
