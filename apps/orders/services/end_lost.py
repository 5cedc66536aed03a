"""After a lost dispute the organizer decides what becomes of the places."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.orders.models import Order, Unit
from apps.orders.selectors import left_on_voucher
from apps.orders.services.refund import refund_order
from apps.payments.models import Dispute, Payment
from apps.payments.services.refund import left_to_refund
from apps.payments.states import DisputeState


class NotLost(Exception):
    """The money is not gone, or not all of it: the order is refunded instead."""


def may_end(dispute: Dispute, order: Order) -> bool:
    """All its money is gone, and its blocked tickets still hold their places."""
    applied = Payment.objects.filter(order_payment__order=order, order_payment__applied=True)
    bought = applied.filter(pk=dispute.payment_id).first()
    if dispute.state != DisputeState.LOST or bought is None or left_to_refund(bought):
        return False
    if left_on_voucher(order):
        return False
    return Unit.objects.filter(line__order=order, ended_at=None).exists()


def end_lost(dispute: Dispute, *, actor: str, at: datetime) -> int:
    """
    A refund of what is left, which is nothing: the tickets end, and their places go back on sale.
    How many.

    :raises NotLost: nothing was changed.
    """
    with transaction.atomic():
        order = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("event", "organizer")
            .get(payments__payment=dispute.payment_id)
        )
        if not may_end(dispute, order):
            raise NotLost(str(dispute))
        ending = Unit.objects.filter(line__order=order, ended_at=None).count()
        refund_order(order, actor=actor, reason="dispute lost", at=at)
    return ending
