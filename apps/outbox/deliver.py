"""Runs one delivery and marks it done; a failure is retried later or parked where an operator sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.origin import acting_from
from apps.outbox.handlers import Handler, Style, function_of, handler_at
from apps.outbox.models import Delivery, DeliveryState
from apps.outbox.relay import LEASE

ATTEMPTS_MAX = 12
BACKOFF_MAX = timedelta(hours=1)

log = structlog.get_logger(__name__)


class RetryLater(Exception):
    """Nothing is wrong, it is only too early: try again after `delay`, without counting an attempt."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay


def deliver(delivery_id: int, *, at: datetime) -> None:
    """Safe to run twice, at once, or late: a delivery that is done stays done."""
    delivery = _LEASED.first(delivery_id)
    if delivery is None:
        return
    try:
        handler = handler_at(delivery.handler)
        run = _run_in_transaction if handler.style is Style.TRANSACTION else _run_effect
        with acting_from(f"worker {handler.path}"):
            run(delivery, handler, at=at)
    except RetryLater as later:
        _put_back(delivery, due_at=at + later.delay)
    except Exception as failure:
        log.warning(
            "delivery_failed", delivery=delivery.pk, handler=delivery.handler, exc_info=True
        )
        _record_failure(delivery, failure, at=at)


def _leased(pk: int) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_related("message")
    return rows.filter(pk=pk, state=DeliveryState.LEASED)


def _locked(pk: int) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_for_update(no_key=True, skip_locked=True)
    return rows.only("pk").filter(pk=pk, state=DeliveryState.LEASED)


_LEASED, _LOCKED = AskedOften(_leased, -1), AskedOften(_locked, -1)


def renew(delivery: Delivery, *, at: datetime) -> None:
    """A long effect keeps its lease."""
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.LEASED).update(due_at=at + LEASE)


def _run_in_transaction(delivery: Delivery, handler: Handler, *, at: datetime) -> None:
    with transaction.atomic():
        if _LOCKED.first(delivery.pk) is None:
            return
        function_of(handler)(delivery.message, at=at)
        _done(delivery, at=at)


def _run_effect(delivery: Delivery, handler: Handler, *, at: datetime) -> None:
    function_of(handler)(delivery.message, at=at)
    _done(delivery, at=at)


def _done(delivery: Delivery, *, at: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DONE, done_at=at, last_error="", attempts=delivery.attempts + 1
    )


def _put_back(delivery: Delivery, *, due_at: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.LEASED).update(
        state=DeliveryState.PENDING, due_at=due_at
    )


def _record_failure(delivery: Delivery, failure: Exception, *, at: datetime) -> None:
    attempts = delivery.attempts + 1
    parked = attempts >= ATTEMPTS_MAX
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.LEASED).update(
        state=DeliveryState.PARKED if parked else DeliveryState.PENDING,
        attempts=attempts,
        due_at=at + min(timedelta(seconds=2**attempts), BACKOFF_MAX),
        last_error=f"{type(failure).__name__}: {failure}"[:2000],
    )
