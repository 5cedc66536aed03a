"""Which work the Celery worker takes on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from config.celery import celery_app

LATER = ("default", "bulk")


@contextlib.contextmanager
def critical_only() -> Iterator[None]:
    """Payments and refunds go on; mails and the rest wait in their queues."""
    for queue in LATER:
        celery_app.control.cancel_consumer(queue, reply=True)
    try:
        yield
    finally:
        for queue in LATER:
            celery_app.control.add_consumer(queue, reply=True)
            time.sleep(0.1)
