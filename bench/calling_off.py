"""An event is called off, and the shop's worker gives everybody's money back while the bench looks on."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.timezone import now

from apps.demo import sandbox
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.called_off import CHUNK, PAUSE
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import Addresses, start_payment
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState
from bench.copies import copy_order
from bench.measuring import Meter
from bench.processes import COUNTED
from bench.world import Show, analyse, make_show

LOOK_SECONDS, PATIENCE_SECONDS = 0.5, 300  # without any progress


@dataclass(frozen=True, slots=True)
class CalledOff:
    """cpu_ms: of one order, by group, until its money was back; later_ms: of its mails and papers."""

    orders: int
    seconds: float
    cpu_ms: dict[str, float]
    later_seconds: float
    later_ms: float
    worker_mb: float

    @property
    def words(self) -> str:
        pauses = self.orders // CHUNK * PAUSE.total_seconds()
        return (
            f"Call-off of {self.orders:,} orders: everybody's money was back after"
            f" {self.seconds:.0f} s ({self.orders / self.seconds:.1f} orders a second; the pauses between"
            f" chunks alone are {pauses:.0f} s); {self.cpu_ms['worker']:.0f} CPU-ms of the worker and"
            f" {self.cpu_ms['postgres']:.0f} of PostgreSQL each. Mails and what else follows: until"
            f" {self.later_seconds:.0f} s later, {self.later_ms:.0f} CPU-ms each. The largest process of"
            f" the worker then had {self.worker_mb:.0f} MB (PSS)."
        )


def measured(meter: Meter, count: int, *, at: datetime) -> CalledOff:
    show = make_show(count, [None], at=at)
    _make_orders(show, count, at=at)
    analyse()
    meter.drain()
    return _call_off(meter, show.event, count)


def _call_off(meter: Meter, event: Event, count: int) -> CalledOff:
    before, began = meter.family.cpu_ms(), time.perf_counter()
    call_off(event, reason="storm", actor="bench", at=now())
    _until(lambda: _back(event) == count, lambda: _back(event))
    between, given_back = meter.family.cpu_ms(), time.perf_counter()
    _until(lambda: not meter.database.waiting(), meter.database.waiting)
    after, done = meter.family.cpu_ms(), time.perf_counter()
    return CalledOff(
        orders=count,
        seconds=given_back - began,
        cpu_ms={group: (between[group] - before[group]) / count for group in COUNTED},
        later_seconds=done - given_back,
        later_ms=sum(after[group] - between[group] for group in COUNTED) / count,
        worker_mb=meter.family.worker_mb(),
    )


def _make_orders(show: Show, count: int, *, at: datetime) -> None:
    """One ticket each, paid at Stripe: one is bought, the others are copies of it."""
    buyer = browser_buyer(uuid.uuid4(), address="")
    order = place(Selection(show.event, {show.variants[0]: 1}), buyer, Circumstances(), at=at)
    details = Details("mira@besuch.example", "Mira Sandberg", language="de")
    save_details(order, details, at=at)
    here = Addresses(settings.PUBLIC_URL, settings.PUBLIC_URL)
    payment = start_payment(order, Kind.STRIPE, here, at=at)
    sandbox.tell("pay", session=payment.ids["session"])
    _until(lambda: _fee_known(payment), lambda: 0)
    payment.refresh_from_db()
    sandbox.tell("copy_payment", session=payment.ids["session"], times=count - 1)
    copy_order(Order.objects.get(pk=order.pk), payment, count - 1)


def _fee_known(payment: Payment) -> bool:
    settle(Payment.objects.get(pk=payment.pk), actor="bench", at=now())
    return Payment.objects.filter(pk=payment.pk, fee_minor__isnull=False).exists()


def _back(event: Event) -> int:
    return Refund.objects.filter(
        payment__order_payment__order__event=event, state=RefundState.SUCCEEDED
    ).count()


def _until(done: Callable[[], bool], progress: Callable[[], int]) -> None:
    """
    :raises TimeoutError: nothing moved any more.
    """
    last, moved = progress(), time.monotonic()
    while not done():
        if (seen := progress()) != last:
            last, moved = seen, time.monotonic()
        if time.monotonic() - moved > PATIENCE_SECONDS:
            raise TimeoutError(f"stuck at {last}")
        time.sleep(LOOK_SECONDS)
