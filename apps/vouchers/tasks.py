from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.vouchers.services.expire import expire_due


@shared_task(name="vouchers.expire")
def expire_task(**_: object) -> None:
    expire_due(at=now())
