from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.payments.services import chase
from apps.payments.services.remind_disputes import remind_disputes


@shared_task(name="payments.poll")
def poll_task(**_: object) -> None:
    at = now()
    chase.poll_payments(at=at)
    chase.poll_refunds(at=at)
    chase.poll_disputes(at=at)


@shared_task(name="payments.fetch_missed")
def fetch_missed_task(**_: object) -> None:
    at = now()
    chase.fetch_missed(at - chase.LOOK_BACK, at=at)


@shared_task(name="payments.fetch_missed_of_days")
def fetch_missed_of_days_task(**_: object) -> None:
    at = now()
    chase.fetch_missed(at - chase.LOOK_FAR_BACK, at=at)


@shared_task(name="payments.tend_notices")
def tend_notices_task(**_: object) -> None:
    at = now()
    chase.park_notices(at=at)
    chase.forget_notices(at=at)


@shared_task(name="payments.remind_disputes")
def remind_disputes_task(**_: object) -> None:
    remind_disputes(at=now())
