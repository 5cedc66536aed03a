from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from apps.events.models import Event
from apps.events.states import EventState
from apps.notifications.models import Mail
from apps.notifications.services.queue import queue_mail, to_buyer
from apps.orders.models import Order
from apps.orders.states import OrderState

BEFORE = timedelta(hours=24)
# Who bought a moment ago holds the confirmation in hand.
FRESH = timedelta(hours=24)
BATCH = 500


def remind(*, at: datetime) -> int:
    """Of events that begin within a day. How many mails; what is more than BATCH waits for the next run."""
    soon = Event.objects.filter(
        state=EventState.PUBLISHED, starts_at__gt=at, starts_at__lte=at + BEFORE
    )
    reminded = Mail.objects.filter(
        dedupe_key=Concat(Value("reminder:"), Cast(OuterRef("pk"), CharField()))
    )
    orders = (
        Order.objects.filter(event__in=soon, state=OrderState.PAID)
        .exclude(email="")
        .filter(Q(paid_at__lte=F("event__starts_at") - FRESH))
        .exclude(Exists(reminded))
        .select_related("organizer")
        .order_by("event__starts_at", "pk")[:BATCH]
    )
    return sum(_remind(order, at=at) for order in orders)


@transaction.atomic
def _remind(order: Order, *, at: datetime) -> int:
    queue_mail(to_buyer("reminder", order, dedupe_key=f"reminder:{order.pk}"), at=at)
    return 1
