from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.utils.timezone import now

from apps.inventory.sweep import sweep_lapsed
from apps.orders.services.complete import complete_orders
from apps.orders.services.expire import expire_due
from apps.orders.services.sold_out import refresh_published

EXPIRING = "orders.expire"
EXPIRING_SECONDS = 300


@shared_task(name="orders.expire")
def expire_task(**_: object) -> None:
    # One at a time: a provider that does not answer must not fill all workers with waiting.
    if not cache.add(EXPIRING, value=True, timeout=EXPIRING_SECONDS):
        return
    try:
        expire_due(at=now())
    finally:
        cache.delete(EXPIRING)


@shared_task(name="orders.complete")
def complete_task(**_: object) -> None:
    complete_orders(at=now())


@shared_task(name="orders.sold_out")
def sold_out_task(**_: object) -> None:
    refresh_published(at=now())


@shared_task(name="orders.sweep_places")
def sweep_places_task(**_: object) -> None:
    sweep_lapsed()
