from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.inventory.sweep import sweep_lapsed
from apps.orders.services.complete import complete_orders
from apps.orders.services.due import publish_due
from apps.orders.services.sold_out import refresh_published


@shared_task(name="orders.expire")
def expire_task(**_: object) -> None:
    publish_due(at=now())


@shared_task(name="orders.complete")
def complete_task(**_: object) -> None:
    complete_orders(at=now())


@shared_task(name="orders.sold_out")
def sold_out_task(**_: object) -> None:
    refresh_published(at=now())


@shared_task(name="orders.sweep_places")
def sweep_places_task(**_: object) -> None:
    sweep_lapsed()
