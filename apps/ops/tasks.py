from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.ops.health import beat


@shared_task(name="ops.heartbeat")
def heartbeat_task(**_: object) -> None:
    """Sent by beat, run by a worker: proves both."""
    beat("worker", at=now())
