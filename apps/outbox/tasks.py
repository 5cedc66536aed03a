from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.outbox.deliver import deliver


@shared_task(name="outbox.deliver")
def deliver_task(delivery_id: int, **_: object) -> None:
    deliver(delivery_id, at=now())
