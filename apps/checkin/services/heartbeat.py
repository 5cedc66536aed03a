from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.checkin.models import Device


@dataclass(frozen=True, slots=True)
class Health:
    """queue: log entries not uploaded yet. data_at: how fresh its tickets are. battery: per cent."""

    queue: int
    data_at: datetime | None = None
    battery: int | None = None
    offline_since: datetime | None = None


def hear(device: Device, health: Health, *, at: datetime) -> None:
    """What a phone tells of itself, every few seconds: one statement."""
    Device.objects.filter(pk=device.pk).update(
        seen_at=at,
        queue=health.queue,
        data_at=health.data_at,
        battery=health.battery,
        offline_since=health.offline_since,
    )
