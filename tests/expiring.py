"""Beat and its tasks, for stories in which nothing else is to be delivered."""

from __future__ import annotations

from datetime import datetime

from apps.orders.models import Order
from apps.orders.services.due import publish_due
from apps.orders.states import OrderState
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery, DeliveryState


def expire_due(*, at: datetime) -> int:
    """How many orders expired."""
    expired = Order.objects.filter(state=OrderState.EXPIRED)
    before = expired.count()
    publish_due(at=at)
    fresh = Delivery.objects.filter(
        message__topic="order.due", state=DeliveryState.PENDING, attempts=0
    )
    while delivery := fresh.first():
        Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.LEASED)
        deliver(delivery.pk, at=at)
    return expired.count() - before
