"""Figures for Prometheus: latency from the processes, business figures from the rows at scrape time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

REQUEST_SECONDS = Histogram(
    "parterre_request_seconds",
    "Time to answer a request",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

# One pass each over an index; nothing here grows with the age of the shop.
_ORDERS = "SELECT state, count(*) FROM orders_order WHERE created_at > %(since)s GROUP BY state"
_PAYMENTS = """
    SELECT provider, state, count(*) FROM payments_payment
    WHERE created_at > %(since)s GROUP BY provider, state
"""
_DELIVERIES = """
    SELECT state, count(*), coalesce(extract(epoch FROM max(%(at)s - due_at)), 0)::float
    FROM outbox_delivery WHERE state <> 'done' GROUP BY state
"""
_UTILISATION = """
    SELECT e.slug, q.name, q.capacity,
           count(p.id) FILTER (WHERE p.claimed_until = 'infinity'),
           count(p.id) FILTER (WHERE p.claimed_until > inventory_now() AND p.claimed_until < 'infinity')
    FROM events_event e JOIN inventory_quota q ON q.event_id = e.id
    JOIN inventory_place p ON p.quota_id = q.id AND p.claim IS NOT NULL
    WHERE e.state = 'published' AND e.ends_at > %(at)s GROUP BY 1, 2, 3
"""


class ShopCollector:
    """What happened within the last hour, what waits, and how full the events on sale are."""

    def __init__(self, *, at: datetime) -> None:
        self.params = {"at": at, "since": at - timedelta(hours=1)}

    def collect(self) -> Iterator[Metric]:
        yield self._gauge("parterre_orders_last_hour", "Orders placed", ["state"], _ORDERS)
        yield self._gauge(
            "parterre_payments_last_hour", "Payments begun", ["provider", "state"], _PAYMENTS
        )
        waiting = GaugeMetricFamily("parterre_deliveries", "Outbox deliveries", labels=["state"])
        overdue = GaugeMetricFamily(
            "parterre_delivery_overdue_seconds", "The oldest one", labels=["state"]
        )
        for state, count, seconds in self._rows(_DELIVERIES):
            waiting.add_metric([state], count)
            overdue.add_metric([state], max(seconds, 0.0))
        yield waiting
        yield overdue
        yield from self._utilisation()

    def _utilisation(self) -> Iterator[Metric]:
        labels = ["event", "quota"]
        capacity = GaugeMetricFamily("parterre_quota_capacity", "Places", labels=labels)
        sold = GaugeMetricFamily("parterre_quota_sold", "Places sold", labels=labels)
        held = GaugeMetricFamily("parterre_quota_held", "Places held", labels=labels)
        for event, quota, *figures in self._rows(_UTILISATION):
            for family, figure in zip((capacity, sold, held), figures, strict=True):
                family.add_metric([event, quota], figure)
        yield from (capacity, sold, held)

    def _gauge(self, name: str, text: str, labels: list[str], query: str) -> GaugeMetricFamily:
        family = GaugeMetricFamily(name, text, labels=labels)
        for *values, count in self._rows(query):
            family.add_metric(values, count)
        return family

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, self.params)
            return list(cursor.fetchall())


def exposition(*, at: datetime) -> bytes:
    """The text format; over all web processes when PROMETHEUS_MULTIPROC_DIR is set."""
    shop = CollectorRegistry()
    shop.register(ShopCollector(at=at))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]  # its package has no types
    else:
        processes = REGISTRY
    return generate_latest(processes) + generate_latest(shop)
