"""How an event sells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.functions import Coalesce, Trunc

from apps.console import stock
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory.models import Place, Quota
from apps.orders.models import Order, OrderLine
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from apps.variants.pricing import TicketPrice, price_of

BY_HOUR_BELOW = timedelta(days=4)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    sold: int  # so far


@dataclass(frozen=True, slots=True)
class Sales:
    sold: int
    capacity: int | None
    last_day: int
    steps: list[Step]
    held: int = 0  # of orders that are not paid yet

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.sold - self.held, 0)


@dataclass(frozen=True, slots=True)
class QuotaUse:
    quota: Quota
    sold: int
    held: int

    @property
    def left(self) -> int:
        return max(self.quota.capacity - self.sold - self.held, 0)


def sales_of(event: Event, *, at: datetime) -> Sales:
    return sales_together([event], at=at, zone=event.zone)


def sales_together(events: Sequence[Event], *, at: datetime, zone: ZoneInfo) -> Sales:
    """Of several events as if they were one; no capacity when one of them has no limit."""
    tickets = Ticket.objects.filter(event__in=events).living()
    first = tickets.order_by("issued_at").values_list("issued_at", flat=True).first()
    unit = "hour" if first and at - first < BY_HOUR_BELOW else "day"
    rows = (
        tickets.annotate(when=Trunc("issued_at", unit, tzinfo=zone))
        .values("when")
        .annotate(n=Count("pk"))
        .order_by("when")
    )
    steps: list[Step] = []
    for row in rows:
        so_far = steps[-1].sold if steps else 0
        steps.append(Step(row["when"], so_far + row["n"]))
    capacities = [stock.capacity(event) for event in events]
    known = [capacity for capacity in capacities if capacity is not None]
    return Sales(
        sold=steps[-1].sold if steps else 0,
        capacity=sum(known) if len(known) == len(events) else None,
        last_day=tickets.filter(issued_at__gt=at - A_DAY).count(),
        steps=steps,
        held=_held(events),
    )


def _held(events: Sequence[Event]) -> int:
    """In heads, not in places: whoever draws from two quotas is one. An upgrade takes nobody else's."""
    places = Place.objects.filter(stock.held_now(), claim=OuterRef("order__claim"))
    lines = OrderLine.objects.filter(order__event__in=events, order__in=Order.objects.unpaid())
    held = lines.filter(Exists(places), upgrades=None)
    heads: int = held.aggregate(heads=Coalesce(Sum("quantity"), 0))["heads"]
    return heads


def variants_of(event: Event) -> list[tuple[Variant, int]]:
    """Each variant with how many of it are sold."""
    rows = Ticket.objects.filter(event=event).living().values("variant").annotate(n=Count("pk"))
    sold = {row["variant"]: row["n"] for row in rows.order_by()}
    variants = list(event.variants.prefetch_related("quotas"))
    for variant in variants:
        variant.event = event
    return [(variant, sold.get(variant.pk, 0)) for variant in variants]


def prices_of(event: Event, *, at: datetime) -> dict[int, TicketPrice]:
    """By variant, as the shop shows them now."""
    terms = terms_of(event, at=at)
    return {variant.pk: price_of(variant, terms=terms) for variant in event.variants.all()}


def quotas_of(event: Event) -> list[QuotaUse]:
    quotas = list(event.quotas.order_by("-is_event_cap", "pk"))
    used = stock.usage([quota.pk for quota in quotas])
    nothing = stock.Usage()
    return [
        QuotaUse(quota, (use := used.get(quota.pk, nothing)).sold, use.held) for quota in quotas
    ]
