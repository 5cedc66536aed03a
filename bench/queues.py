"""Which work the Celery worker takes on."""

from __future__ import annotations

from config.celery import celery_app

LATER = ("default", "bulk")


def critical_only() -> None:
    """Payments and refunds go on; mails and the rest wait in their queues."""
    for queue in LATER:
        celery_app.control.cancel_consumer(queue, reply=True)


def everything() -> None:
    for queue in LATER:
        celery_app.control.add_consumer(queue, reply=True)
