"""What is pending of a sale becomes available, so many days after the event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from apps.core.money import Money
from apps.events.models import Event
from apps.events.states import EventState
from apps.ledger import balances, chart, voucher_recipes
from apps.ledger.post import post
from apps.orders.models import Order, OrderPayment
from apps.orders.services.called_off import holding
from apps.orders.states import OrderState
from apps.payments.states import DISPUTE_RUNNING
from apps.payouts.models import EventRelease

LATE_MONEY = timedelta(days=40)  # so long after its release an event is looked at again, daily
AGAIN = timedelta(days=1)
CHUNK = 200

_ONE_DAY = Value(timedelta(days=1), output_field=DurationField())


def release_due(*, at: datetime) -> int:
    """Answers how many sales were released. Safe to run twice at once, and to be stopped."""
    return sum(_release(event, at=at) for event in _due(at=at))


def _due(*, at: datetime) -> list[Event]:
    kept_until = Greatest("ends_at", Coalesce("sold_until", "ends_at"))
    release_at = ExpressionWrapper(
        kept_until + F("organizer__release_days") * _ONE_DAY, output_field=DateTimeField()
    )
    return list(
        Event.objects.exclude(state=EventState.DRAFT)
        .annotate(release_at=release_at)
        .filter(release_at__lte=at)
        .filter(
            Q(release=None) | Q(release__checked_at__lt=at - AGAIN, release_at__gt=at - LATE_MONEY)
        )
        .order_by("ends_at", "pk")
    )


def _release(event: Event, *, at: datetime) -> int:
    released = sum(_release_orders(event, ids, at=at) for ids in _chunks(event))
    EventRelease.objects.update_or_create(event=event, defaults={"checked_at": at})
    return released


def _releasable(event: Event) -> QuerySet[Order]:
    """Of an event that was called off only what stayed of tickets given back: all else goes back."""
    paid = Order.objects.filter(
        event=event, state__in=[OrderState.PAID, OrderState.COMPLETED], total_minor__gt=0
    )
    called_off = event.state == EventState.CANCELLED
    return paid.exclude(pk__in=holding(event).values("pk")) if called_off else paid


def _chunks(event: Event) -> Iterator[list[int]]:
    paid = _releasable(event).order_by("pk")
    last = 0
    while ids := list(paid.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def release_again(order: Order, *, at: datetime) -> int:
    """What was held while a dispute ran, when the others of its event are released already."""
    if not EventRelease.objects.filter(event=order.event_id).exists():
        return 0
    if not _releasable(order.event).filter(pk=order.pk).exists():
        return 0
    return _release_orders(order.event, [order.pk], at=at)


def _disputed(ids: Sequence[int]) -> QuerySet[OrderPayment, int]:
    """Their money waits for what a bank decides."""
    running = OrderPayment.objects.filter(payment__disputes__state__in=DISPUTE_RUNNING)
    return running.filter(order__in=ids).values_list("order_id", flat=True)


def _release_orders(event: Event, ids: Sequence[int], *, at: datetime) -> int:
    """Their locks keep a refund from taking the same money at the same moment."""
    accounts = {chart.pending(event.organizer_id, p): p for p in chart.PROVIDERS}
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        disputed = set(_disputed(ids))
        orders = {order.subject: order for order in locked if order.pk not in disputed}
        pending: dict[str, dict[str, Money]] = defaultdict(dict)
        for part in balances.about(list(orders), list(accounts)):
            pending[part.subject][accounts[part.code]] = -part.amount
        for subject, amounts in pending.items():
            key = f"order:{orders[subject].pk}"
            draft = voucher_recipes.release(event.organizer_id, key, amounts)
            post(draft, subject=subject, at=at)
    return len(pending)
