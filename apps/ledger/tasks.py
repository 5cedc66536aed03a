from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books


@shared_task(name="ledger.write_checkpoints")
def write_checkpoints_task(**_: object) -> None:
    at = now()
    write_checkpoints(at=at)
    close_books(at=at)
