"""An event is called off, and the shop's worker gives everybody's money back while the bench looks on."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from apps.demo import sandbox
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.invoices.models import LegalEntity
from apps.notifications.models import Mail, MailState
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.called_off import CHUNK, PAUSE
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import Addresses, start_payment
from apps.outbox.models import Delivery, DeliveryState
from apps.outbox.publish import publish
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState
from bench import queues
from bench.copies import copy_order
from bench.measuring import Meter
from bench.processes import COUNTED
from bench.world import Show, analyse, make_show

LOOK_SECONDS, PATIENCE_SECONDS = 1, 300  # without any progress
MAILS_MAX = 1_000  # so many tell what a mail costs; of more the rest is left


@dataclass(frozen=True, slots=True)
class CalledOff:
    """
    cpu_ms: of one order, by group, until its money was back; mail_ms: of one mail, with half of the
    papers of its order.
    """

    orders: int
    seconds: float
    cpu_ms: dict[str, float]
    mails: int
    mail_ms: float
    worker_mb: float

    @property
    def words(self) -> str:
        pauses = (self.orders - 1) // CHUNK * PAUSE.total_seconds()
        return (
            f"Call-off of {self.orders:,} orders: everybody's money was back after"
            f" {self.seconds:.0f} s ({self.orders / self.seconds:.1f} orders a second; the pauses between"
            f" chunks alone are {pauses:.0f} s); for each order {self.cpu_ms['worker']:.0f} CPU-ms of"
            f" worker, relay and beat, {self.cpu_ms['postgres']:.0f} of PostgreSQL and"
            f" {self.cpu_ms['web']:.0f} of the web processes for the provider's webhooks. Mails and papers"
            f" waited until then: {self.mail_ms:.0f} CPU-ms for a mail and a paper, by {self.mails:,}."
            f" The largest process of the worker then had {self.worker_mb:.0f} MB (PSS)."
        )


def measured(meter: Meter, count: int, *, at: datetime) -> CalledOff:
    show = make_show(count, [None], at=at)
    _make_orders(show, count, at=at)
    analyse()
    meter.drain()
    return _call_off(meter, show.event, count)


def _call_off(meter: Meter, event: Event, count: int) -> CalledOff:
    issuer = LegalEntity.objects.get(organizer=event.organizer_id)
    queues.mails_wait()
    _numbers_begin(issuer, at=None)
    last = Refund.objects.latest("pk").pk
    before, began = meter.family.cpu_ms(), time.perf_counter()
    call_off(event, reason="storm", actor="bench", at=now())
    _until(lambda: _back(last), count)
    seconds, between = time.perf_counter() - began, meter.family.cpu_ms()
    mails = _what_follows(issuer, 2 * min(count, MAILS_MAX // 2))
    after = meter.family.cpu_ms()
    return CalledOff(
        orders=count,
        seconds=seconds,
        cpu_ms={group: (between[group] - before[group]) / count for group in COUNTED},
        mails=mails,
        mail_ms=sum(after[group] - between[group] for group in COUNTED) / mails,
        worker_mb=meter.family.worker_mb(),
    )


def _what_follows(issuer: LegalEntity, mails: int) -> int:
    """How many mails were written; those that are left over would be in the way of the next part."""
    before = _written()
    _numbers_begin(issuer, at=issuer.complete_at)
    queues.everything()
    _until(lambda: _written() - before, mails)
    written = _written() - before
    Delivery.objects.waiting().update(state=DeliveryState.DONE, done_at=now())
    return written


def _numbers_begin(issuer: LegalEntity, *, at: datetime | None) -> None:
    """None: papers wait, as they do when an organizer's legal data is incomplete."""
    with transaction.atomic():
        LegalEntity.objects.filter(pk=issuer.pk).update(complete_at=at)
        if at is not None:
            publish("legal_data.changed", about=issuer, at=now())


def _make_orders(show: Show, count: int, *, at: datetime) -> None:
    """One ticket each, paid at Stripe: one is bought, the others are copies of it."""
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
    copy_order(Order.objects.get(pk=order.pk), payment, count - 1)


def _fee_known(payment: Payment) -> int:
    settle(Payment.objects.get(pk=payment.pk), actor="bench", at=now())
    return Payment.objects.filter(pk=payment.pk, fee_minor__isnull=False).count()


def _back(after: int) -> int:
    return Refund.objects.filter(pk__gt=after, state=RefundState.SUCCEEDED).count()


def _written() -> int:
    return Mail.objects.filter(state=MailState.SENT).count()


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
