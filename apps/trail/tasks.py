from __future__ import annotations

import structlog
from celery import shared_task
from django.utils.timezone import now

from apps.core.settled import StillMoving
from apps.trail.sealing import seal

log = structlog.get_logger(__name__)


@shared_task(name="trail.seal")
def seal_task(**_: object) -> None:
    """Asked every hour; the first that finds the tables at rest seals the day."""
    try:
        seal(at=now())
    except StillMoving as busy:
        log.info("seal_waits", because=str(busy))
