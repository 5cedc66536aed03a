"""How many places an order must have is asked of that order alone."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from apps.inventory.resize import resize
from apps.orders.models import Order
from apps.orders.services import places
from apps.payments.gateways.base import Kind
from bench.copies import copy_order
from tests.buying import Buyer, Shop

SOLD = 300


def blocks_read(order: Order, plans: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL plan_cache_mode = {plans}")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE counted ({order.pk})")
        (told,) = cursor.fetchone()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("plans", ["force_generic_plan", "force_custom_plan"])
def test_without_statistics_it_reads_no_more_when_hundreds_are_sold(shop: Shop, plans: str) -> None:
    """A generic plan is kept from when there was one; a custom one is made anew, of no statistics."""
    resize(shop.hall, SOLD)
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE, 1)
    buyer.pays(payment)
    order = buyer.comes_back(payment)
    payment.refresh_from_db()
    counted = places._PLACES.replace("%s", "$1")
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE counted (bigint) AS {counted}")
    try:
        blocks_read(order, plans)
        copy_order(order, payment, SOLD - 1)
        assert places.expected_places(order) == 1
        assert blocks_read(order, plans) < 20
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE counted")
