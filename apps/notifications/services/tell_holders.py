"""An event was called off: everybody who holds tickets for it is told, a chunk of orders at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from apps.events.models import Event
from apps.notifications.services.queue import queue_mail, to_buyer
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.services.called_off import KEY as CALLED_OFF
from apps.orders.states import OrderState
from apps.outbox.publish import publish

CHUNK = 100
PAUSE = timedelta(seconds=10)  # other mails go out in between


def tell_holders(event: Event, *, after: int, at: datetime) -> None:
    """
    The next chunk is a message of its own, published with this one's mails: it goes on where it
    stopped, whatever dies. In the caller's transaction.

    after: the id of the last order that was told.
    """
    living = Unit.objects.filter(line__order=OuterRef("pk"), ended_at=None)
    # Giving back may be faster than telling.
    ended = OrderRefund.objects.filter(order=OuterRef("pk"), key=CALLED_OFF)
    orders = list(
        Order.objects.filter(
            Exists(living) | Exists(ended),
            event=event,
            state__in=[OrderState.PAID, OrderState.COMPLETED],
            pk__gt=after,
        )
        .exclude(email="")
        .select_related("organizer")
        .order_by("pk")[:CHUNK]
    )
    for order in orders:
        tell_holder(order, at=at)
    if len(orders) == CHUNK:
        publish("event.holders_to_tell", about=event, at=at + PAUSE, after=orders[-1].pk)


def tell_holder(order: Order, *, at: datetime) -> None:
    key = f"event_called_off:{order.pk}"
    queue_mail(to_buyer("event_called_off", order, dedupe_key=key), at=at)
