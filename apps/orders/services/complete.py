from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.states import OrderState

COMPLETE_MAX = 500


def complete_orders(*, at: datetime) -> int:
    """Paid orders of events that are over. How many were moved."""
    with transaction.atomic():
        over = (
            Order.objects.filter(state=OrderState.PAID, event__state=EventState.COMPLETED)
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .order_by("pk")[:COMPLETE_MAX]
        )
        orders = list(over)
        for order in orders:
            move(order, OrderState.COMPLETED, actor="system", at=at)
    return len(orders)
