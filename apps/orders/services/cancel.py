from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.inventory import holds
from apps.orders.models import Order
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.codes import release_code
from apps.orders.services.vouchers import release_voucher
from apps.orders.states import UNPAID, OrderState
from apps.outbox.publish import publish


class NotCancellable(Exception):
    """It is paid, over, or its money is on the way."""


def cancel(order: Order, *, actor: str, reason: str, at: datetime) -> Order:
    """
    Cancel an unpaid order and free its places.

    :raises NotCancellable: it was paid, also in this very moment; or a payment is being processed.
    """
    if abandon_payments(order, actor=actor, at=at):
        raise NotCancellable
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        if locked.state == OrderState.CANCELLED:
            return locked
        if locked.state not in UNPAID:
            raise NotCancellable
        move(locked, OrderState.CANCELLED, actor=actor, at=at, reason=reason)
        release_code(locked)
        release_voucher(locked)
        holds.share_event(locked.event_id)
        holds.release(locked.claim)
        publish("order.cancelled", about=locked, at=at)
    return locked
