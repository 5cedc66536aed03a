from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.notifications.services.forget import forget
from apps.notifications.services.remind import remind


@shared_task(name="notifications.remind")
def remind_task(**_: object) -> None:
    remind(at=now())


@shared_task(name="notifications.forget")
def forget_task(**_: object) -> None:
    forget(at=now())
