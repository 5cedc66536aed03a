"""
Unpaid orders whose time is up, each a task of its own. Only a few at a time wait for the same
provider, so that one that does not answer holds up its own orders and nobody else's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.orders.models import Order
from apps.orders.services.abandon import STOPPABLE
from apps.orders.services.settle import PROCESSING_LIMIT
from apps.outbox.models import Delivery, DeliveryState
from apps.outbox.publish import publish
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.payments.states import PaymentState

# Whom expiry asks, and how many at once; the last: orders that ask nobody.
LANES = {Kind.STRIPE.value: 4, Kind.PAYPAL.value: 4, "": 100}
HANDLER = "apps.orders.subscribers.order_due"
LOOK_AGAIN = timedelta(minutes=2)


def publish_due(*, at: datetime) -> int:
    """Publish `order.due` for unpaid orders whose time is up. How many."""
    if not Order.objects.unpaid().filter(pay_by__lte=at).exists():
        return 0  # as most of the time
    return sum(fill(lane, at=at) for lane in LANES)


def fill(lane: str, *, at: datetime, finished: int | None = None) -> int:
    """
    As many as the lane has room for. How many.

    finished: a message that is as good as done and takes no room any more.
    """
    under_way = _under_way(lane).exclude(message=finished)
    known = list(under_way.values_list("message__payload__id", flat=True))
    room = LANES[lane] - len(known)
    if room <= 0:
        return 0
    with transaction.atomic():
        due = list(_due(lane, at=at).exclude(pk__in=known)[:room])
        for order in due:
            publish("order.due", about=order, at=at, lane=lane)
        # Moved on before the answer: what cannot be decided yet is asked again, not in a circle.
        Order.objects.filter(pk__in=[order.pk for order in due]).update(
            next_look_at=at + LOOK_AGAIN
        )
    return len(due)


def _under_way(lane: str) -> QuerySet[Delivery]:
    """Without those that failed and wait for their next try: they keep nobody waiting."""
    first_try = Q(state=DeliveryState.PENDING, attempts=0)
    return Delivery.objects.filter(
        Q(state=DeliveryState.LEASED) | first_try,
        handler=HANDLER,
        message__payload__lane=lane,
    )


def _due(lane: str, *, at: datetime) -> QuerySet[Order]:
    payments = Payment.objects.filter(order_payment__order=OuterRef("pk"))
    undecided = Exists(payments.filter(state=PaymentState.PROCESSING)) & Q(
        pay_by__gt=at - PROCESSING_LIMIT
    )
    living = payments.filter(state__in=STOPPABLE, provider__in=[name for name in LANES if name])
    asks = Subquery(living.order_by("-pk").values("provider")[:1])
    return (
        Order.objects.unpaid()
        .annotate(asks=asks)
        .filter(
            ~undecided,
            Q(asks=lane) if lane else Q(asks=None),
            Q(next_look_at=None) | Q(next_look_at__lte=at),
            pay_by__lte=at,
        )
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .order_by("pay_by")
    )
