"""
The sales of the last weeks, so that the demo's organizer has a story to look at. They are made by
the services of any sale and paid at the sandbox; only the clocks are put back, all of them.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from apps.demo import sandbox
from apps.demo.cast import BUYERS, Show
from apps.events.models import Event
from apps.orders.billing import NOBODY_ELSE, Billing
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import Addresses, finish_free, start_payment
from apps.outbox.models import Delivery, DeliveryState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.variants.models import Variant

ON_SALE_FOR = timedelta(days=36)
FIRST_RUSH = timedelta(days=3)
QUANTITIES = (2, 2, 4, 4, 6, 8)
SETTLED_SECONDS = 2  # then Stripe says what it kept; unknown after three days it would be a case
COMPANIES = 20  # every how many orders one is bought by a company
COMPANY = Billing(
    company="Reederei Nordlicht GmbH",
    street="Am Kai 12",
    postcode="20457",
    city="Hamburg",
    country="DE",
)


@dataclass(frozen=True, slots=True)
class Sale:
    moment: datetime
    event: Event
    variant: Variant
    quantity: int
    name: str
    provider: Kind
    billing: Billing = NOBODY_ELSE


def sell_the_past(
    shows: Sequence[Show],
    *,
    at: datetime,
    tell: Callable[[int, int], None] = lambda _sold, _of: None,
) -> int:
    """
    For shows that have sold nothing yet. How many orders.

    :param tell: called after each order with how many there are, and will be.
    :raises GatewayError, OutboundError: the sandbox is not running.
    """
    sales = sorted(_wanted(shows, at=at), key=lambda sale: sale.moment)
    if sales:
        with sandbox.without_webhooks(), sandbox.clock_put_right_at_the_end():
            for number, sale in enumerate(sales, start=1):
                _sell(sale)
                tell(number, len(sales))
    return len(sales)


def _wanted(shows: Sequence[Show], *, at: datetime) -> Iterator[Sale]:
    for show in shows:
        event = Event.objects.select_related("organizer").get(slug=show.slug)
        if event.starts_at > at and not event.orders.exists():
            yield from _sales_of(event, show.sold_orders, at=at)


def _sales_of(event: Event, orders: int, *, at: datetime) -> Iterator[Sale]:
    """The same every time: the dice are those of the event's name."""
    dice = random.Random(event.slug)  # noqa: S311 - not a secret
    variants = list(event.variants.filter(members_only=False).order_by("position"))
    for number in range(orders):
        yield Sale(
            _moment(dice, first=number % 3 == 0, at=at),
            event,
            dice.choice(variants),
            dice.choice(QUANTITIES),
            dice.choice(BUYERS),
            dice.choice((Kind.STRIPE, Kind.PAYPAL)),
            NOBODY_ELSE if number % COMPANIES else COMPANY,
        )


def _moment(dice: random.Random, *, first: bool, at: datetime) -> datetime:
    """Many buy at once, most towards the end."""
    since = dice.random() * FIRST_RUSH if first else dice.random() ** 0.5 * ON_SALE_FOR
    moment = (at - ON_SALE_FOR + since).replace(hour=dice.randrange(7, 22))
    return moment if moment < at else moment - timedelta(days=1)


def _sell(sale: Sale) -> None:
    with _put_back(sale.moment):
        heads = {sale.variant.pk: sale.quantity}
        buyer = browser_buyer(uuid.uuid4(), address="")
        circumstances = Circumstances(language="de")
        order = place(Selection(sale.event, heads), buyer, circumstances, at=sale.moment)
        details = Details(_address(sale.name), sale.name, language="de", billing=sale.billing)
        save_details(order, details, at=sale.moment)
        if order.total_minor:
            _pay(order, sale)
        else:
            finish_free(order, at=sale.moment)
        _say_nothing_of(order, at=sale.moment)


def _pay(order: Order, sale: Sale) -> None:
    here = Addresses(settings.PUBLIC_URL, settings.PUBLIC_URL)
    payment = start_payment(order, sale.provider, here, at=sale.moment)
    if payment.provider == Kind.STRIPE:
        sandbox.tell("pay", session=payment.ids["session"])
    else:
        sandbox.tell("approve", order=payment.ids["order"])
    sandbox.tell("advance", seconds=SETTLED_SECONDS)
    settle(Payment.objects.get(pk=payment.pk), actor=order.buyer, at=sale.moment)


def _say_nothing_of(order: Order, *, at: datetime) -> None:
    """Nobody is written to today about what they bought weeks ago."""
    mails = Delivery.objects.filter(
        message__subject=order.subject, handler__startswith="apps.notifications."
    )
    mails.update(state=DeliveryState.DONE, done_at=at)


@contextmanager
def _put_back(moment: datetime) -> Iterator[None]:
    """The sandbox's clock, and the database's for what is held."""
    behind = (moment - now()).total_seconds()
    sandbox.put_clock(behind)
    _shift_claims(behind)
    try:
        yield
    finally:
        _shift_claims(0)


def _shift_claims(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('parterre.clock_shift', %s, false)", [f"{seconds} seconds"]
        )


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@besuch.example"
