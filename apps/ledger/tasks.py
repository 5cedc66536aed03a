from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.ledger.checkpoints import write_checkpoints


@shared_task(name="ledger.write_checkpoints")
def write_checkpoints_task(**_: object) -> None:
    write_checkpoints(at=now())
