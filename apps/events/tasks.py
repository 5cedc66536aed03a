from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.events.services.complete import complete_ended


@shared_task
def complete_events() -> None:
    complete_ended(at=timezone.now())
