"""What is known of the phones at a door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.checkin.board.figures import DeviceLine
from apps.checkin.models import Device, DeviceFlag, LogEntry
from apps.checkin.models.device import DeviceState
from apps.events.models import Event


def devices_of(event: Event, *, at: datetime) -> list[DeviceLine]:
    """In one statement; those in use first. A revoked one stays, its log counts for the night."""
    beyond = LogEntry.objects.filter(
        device=OuterRef("pk"), seq__gt=Coalesce(OuterRef("log_head__seq"), 0)
    )
    flags = DeviceFlag.objects.filter(device=OuterRef("pk")).order_by().values("device")
    devices = (
        Device.objects.filter(event=event)
        .select_related("gate")
        .annotate(
            gap=Exists(beyond),
            flaws=Subquery(flags.annotate(n=Count("pk")).values("n")),
        )
        .order_by(F("revoked_at").asc(nulls_first=True), "name", "pk")
    )
    return [_line(device, at=at) for device in devices]


def _line(device: Any, *, at: datetime) -> DeviceLine:
    """device: with `gap` and `flaws`."""
    state = device.state(at=at)
    since = {DeviceState.OFFLINE: device.offline_since, DeviceState.SILENT: device.seen_at}
    return DeviceLine(
        pk=device.pk,
        name=device.name,
        gate=device.gate.name if device.gate else "",
        state=state.value,
        since=since.get(state),
        data_at=device.data_at,
        queue=device.queue,
        battery=device.battery,
        flaws=device.flaws or 0,
        gap=device.gap,
    )
