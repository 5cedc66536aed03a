from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.exports.services.expire import expire
from apps.exports.services.run_schedules import run_schedules


@shared_task(name="exports.run_schedules")
def run_schedules_task(**_: object) -> None:
    run_schedules(at=now())


@shared_task(name="exports.expire")
def expire_task(**_: object) -> None:
    while expire(at=now()):
        pass
