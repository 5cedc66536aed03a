"""What had been given up is tried again, by an operator's wish."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from apps.outbox.models import Delivery, DeliveryState


def retry(deliveries: QuerySet[Delivery], *, at: datetime) -> int:
    """Those of them that are parked are due now, with all their attempts. How many."""
    return deliveries.filter(state=DeliveryState.PARKED).update(
        state=DeliveryState.PENDING, due_at=at, attempts=0
    )
