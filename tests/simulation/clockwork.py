"""Beat, the relay and the workers, and time itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.cache import cache

from apps.accounts.models import PayoutMethod
from apps.events.services.complete import complete_ended
from apps.inventory.sweep import sweep_lapsed
from apps.invoices.models import LegalEntity
from apps.invoices.services.draft import draft_what_is_missing
from apps.invoices.services.number import number_waiting
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books
from apps.orders.services.complete import complete_orders
from apps.orders.services.due import publish_due
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery, DeliveryState
from apps.outbox.relay import lease_due
from apps.payments.gateways.errors import GatewayError
from apps.payments.services import chase
from apps.payouts.services.fetch_missed import fetch_missed
from apps.payouts.services.look import look_at_due
from apps.payouts.services.release import release_due
from apps.trail.sealing import seal
from tests.simulation.life import Life

Job = Callable[[datetime], object]

# What runs every few seconds, and what comes round with the hours.
OFTEN: tuple[Job, ...] = (
    lambda at: publish_due(at=at),
    lambda at: chase.poll_payments(at=at),
    lambda at: chase.poll_refunds(at=at),
    lambda at: chase.poll_disputes(at=at),
    lambda at: look_at_due(at=at),
)
NOW_AND_THEN: tuple[Job, ...] = (
    lambda at: chase.fetch_missed(at - chase.LOOK_FAR_BACK, at=at),
    lambda at: fetch_missed(PayoutMethod.objects.all(), chase.LOOK_FAR_BACK, at=at),
    lambda at: chase.park_notices(at=at),
    lambda _at: sweep_lapsed(),
    lambda at: complete_ended(at=at),
    lambda at: complete_orders(at=at),
    lambda at: release_due(at=at),
)
NIGHTLY: tuple[Job, ...] = (
    lambda at: draft_what_is_missing(at=at),
    lambda at: [number_waiting(issuer, at=at) for issuer in LegalEntity.objects.order_by("pk")],
    lambda at: write_checkpoints(at=at, tail_min=3),
    lambda at: close_books(at=at, tail_min=3),
    lambda at: seal(at=at),
)


def workers_run(life: Life) -> str:
    """Until nothing is due, in an order of their own."""
    done = 0
    while leased := sorted(one.delivery_id for one in lease_due(at=life.at)):
        life.chance.shuffle(leased)
        for delivery in leased:
            deliver(delivery, at=life.at)
        done += len(leased)
    return f"{done} deliveries" if done else ""


def time_passes(life: Life) -> str:
    minutes = life.one_of([1, 4, 12])
    lets_pass(life, timedelta(minutes=minutes))
    return f"{minutes} minutes"


def a_day_passes(life: Life) -> str:
    lets_pass(life, timedelta(hours=20))
    beats(life, NOW_AND_THEN)
    beats(life, NIGHTLY)
    return "20 hours"


def lets_pass(life: Life, span: timedelta) -> None:
    life.passes(span)
    beats(life, OFTEN)


def beats(life: Life, jobs: tuple[Job, ...]) -> None:
    for job in jobs:
        with suppress(GatewayError):
            job(life.at)


def clocks_are_set(life: Life) -> str:
    """Of the shop, forwards or back."""
    seconds = life.one_of([-100, -20, 0, 20, 100])
    life.skew = timedelta(seconds=seconds)
    return f"the shop's is {seconds} s off"


def the_cache_is_lost(_life: Life) -> str:
    cache.clear()
    return "all of it"


def works_twice(life: Life) -> str:
    """On what another worker has in hand: its lease had lapsed, or the broker told two."""
    delivery = life.some(Delivery.objects.filter(state=DeliveryState.LEASED))
    if delivery is None:
        return ""
    deliver(delivery.pk, at=life.at)
    return f"{delivery.handler.rpartition('.')[2]} of message {delivery.message_id}"
