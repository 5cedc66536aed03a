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
from apps.invoices.models import Draft, LegalEntity
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

LOOK_SECONDS, PATIENCE_SECONDS = 1, 300  # without any progress


@dataclass(frozen=True, slots=True)
class CalledOff:
    """cpu_ms: of one order, by group, until all that follows was done too."""

    orders: int
    seconds: float
    cpu_ms: dict[str, float]
    worker_mb: float

    @property
    def words(self) -> str:
        pauses = (self.orders - 1) // CHUNK * PAUSE.total_seconds()
        return (
            f"Call-off of {self.orders:,} orders: everybody's money was back after"
            f" {self.seconds:.0f} s ({self.orders / self.seconds:.1f} orders a second; the pauses between"
            f" chunks alone are {pauses:.0f} s); for each order {self.cpu_ms['worker']:.0f} CPU-ms of"
            f" worker, relay and beat, {self.cpu_ms['postgres']:.0f} of PostgreSQL and"
            f" {self.cpu_ms['web']:.0f} of the web processes for the provider's webhooks. Without mails"
            f" and papers. The largest process of the worker then had {self.worker_mb:.0f} MB (PSS)."
        )


def measured(meter: Meter, count: int, *, at: datetime) -> CalledOff:
    show = make_show(count, [None], at=at)
    _make_orders(show, count, at=at)
    analyse()
    meter.drain()
    issuer = LegalEntity.objects.filter(organizer=show.event.organizer_id)
    complete_at = issuer.get().complete_at
    issuer.update(complete_at=None)  # what is due is written down, and waits for its number
    try:
        return _call_off(meter, show.event, count)
    finally:
        Draft.objects.filter(order__event=show.event, done_at=None).delete()
        issuer.update(complete_at=complete_at)


def _call_off(meter: Meter, event: Event, count: int) -> CalledOff:
    last = Refund.objects.latest("pk").pk
    before, began = meter.family.cpu_ms(), time.perf_counter()
    call_off(event, reason="storm", actor="bench", at=now())
    _until(lambda: _back(last), count)
    seconds = time.perf_counter() - began
    meter.drain()
    after = meter.family.cpu_ms()
    return CalledOff(
        orders=count,
        seconds=seconds,
        cpu_ms={group: (after[group] - before[group]) / count for group in COUNTED},
        worker_mb=meter.family.worker_mb(),
    )


def _make_orders(show: Show, count: int, *, at: datetime) -> None:
    """
    One ticket each, paid at Stripe: one is bought, the others are copies of it. Whoever typed no address
    gets no mails.
    """
    buyer = browser_buyer(uuid.uuid4(), address="")
    order = place(Selection(show.event, {show.variants[0]: 1}), buyer, Circumstances(), at=at)
    details = Details("mira@besuch.example", "Mira Sandberg", language="de")
    save_details(order, details, at=at)
    here = Addresses(settings.PUBLIC_URL, settings.PUBLIC_URL)
    payment = start_payment(order, Kind.STRIPE, here, at=at)
    sandbox.tell("pay", session=payment.ids["session"])
    _until(lambda: _fee_known(payment), 1)
    payment.refresh_from_db()
    sandbox.tell("copy_payment", session=payment.ids["session"], times=count - 1)
    Order.objects.filter(pk=order.pk).update(email="")
    copy_order(Order.objects.get(pk=order.pk), payment, count - 1)


def _fee_known(payment: Payment) -> int:
    settle(Payment.objects.get(pk=payment.pk), actor="bench", at=now())
    return Payment.objects.filter(pk=payment.pk, fee_minor__isnull=False).count()


def _back(after: int) -> int:
    return Refund.objects.filter(pk__gt=after, state=RefundState.SUCCEEDED).count()


def _until(reached: Callable[[], int], count: int) -> None:
    """
    :raises TimeoutError: nothing moved any more.
    """
    last, moved = reached(), time.monotonic()
    while last < count:
        time.sleep(LOOK_SECONDS)
        if (seen := reached()) != last:
            last, moved = seen, time.monotonic()
        if time.monotonic() - moved > PATIENCE_SECONDS:
            raise TimeoutError(f"stuck at {last}")
