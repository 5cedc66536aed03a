"""The relay and the workers in one step, for stories that do not start processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery, DeliveryState
from apps.outbox.relay import lease_due


def deliver_all(*, at: datetime) -> int:
    """Delivers until nothing is due; how many deliveries were tried."""
    tried = 0
    while leased := lease_due(at=at):
        for one in leased:
            deliver(one.delivery_id, at=at)
        tried += len(leased)
    return tried


def undelivered() -> list[str]:
    """Handlers and errors of what is not done."""
    waiting = Delivery.objects.exclude(state=DeliveryState.DONE).select_related("message")
    return [f"{d.handler}: {d.state} {d.last_error}" for d in waiting]


SOON = timedelta(seconds=30)
