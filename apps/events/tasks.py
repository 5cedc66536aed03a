from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.events.services.complete import complete_ended


@shared_task(name="events.complete")
def complete_task(**_: object) -> None:
    complete_ended(at=now())
