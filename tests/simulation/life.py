"""
One history of a shop: its people, its providers, its clock, and the dice that decide everything.

Whatever is drawn is drawn from `chance`, and time is what the history says; so a seed tells the same
story again. Names that are random in the code (references, ids of a provider) decide nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.timezone import now

from apps.core.money import coin
from apps.ledger.chart import PROVIDERS
from apps.orders.models import Order
from apps.orders.states import Channel, OrderState
from apps.payments.models import Payment
from apps.payments.states import PaymentState
from tests.buying import Shop
from tests.clock import shift_claims_clock
from tests.simulation.plans import keep_plans

PAID = (OrderState.PAID, OrderState.COMPLETED)
START = datetime(2026, 11, 27, 12, tzinfo=UTC)

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")


@dataclass
class Life:
    shop: Shop
    chance: random.Random
    true: datetime = START  # the providers' time, and the database's
    skew: timedelta = timedelta()  # by how much the shop's clock is off
    told: list[str] = field(default_factory=list)
    is_billed: bool = False

    def __post_init__(self) -> None:
        self.shop.sandbox.world.clock = lambda: self.true.timestamp()
        self.sets_clock_of_claims()

    @property
    def at(self) -> datetime:
        """What the shop's processes take for now."""
        return self.true + self.skew

    def begun_order(self) -> Order | None:
        """In somebody's browser, and not paid; what a counter began is that counter's alone."""
        begun = Order.objects.unpaid().exclude(channel=Channel.BOX_OFFICE)
        return self.some(begun.select_related("event__organizer"))

    def somebodys_payment(self) -> Payment | None:
        """Captured by a provider; what a till took is in the organizer's hand."""
        taken = Payment.objects.filter(state=PaymentState.CAPTURED)
        return self.some(taken.filter(provider__in=PROVIDERS))

    @property
    def currency(self) -> str:
        return self.shop.event.currency

    @property
    def coin(self) -> int:
        """The smallest that people have of it, in minor units."""
        return coin(self.currency)

    def unit(self, provider: str) -> int:
        """What the sandbox counts there, in minor units: PayPal knows no smaller coins than people do."""
        return self.coin if provider == "paypal" else 1

    def passes(self, span: timedelta) -> None:
        self.true += span
        self.shop.sandbox.world.tick()
        self.sets_clock_of_claims()

    def sets_clock_of_claims(self) -> None:
        """Also of a new connection."""
        keep_plans()
        shift_claims_clock(self.true - now())

    def tells(self, what: str) -> None:
        self.told.append(f"{self.true:%d. %H:%M:%S}  {what}")

    def some(self, rows: QuerySet[Row]) -> Row | None:
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return self.chance.choice(things)

    def perhaps(self, probability: float) -> bool:
        return self.chance.random() < probability
