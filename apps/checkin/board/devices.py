"""What is known of the phones at a door."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery

from apps.checkin.board.figures import DeviceLine
from apps.checkin.models import Device, DeviceFlag, LogEntry
from apps.events.models import Event


def devices_of(event: Event) -> list[DeviceLine]:
    """In one statement; those in use first. A revoked one stays, its log counts for the night."""
    beyond = LogEntry.objects.filter(device=OuterRef("pk"), seq__gt=OuterRef("log_head"))
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
    return [_line(device) for device in devices]


def _line(device: Any) -> DeviceLine:
    """device: with `gap` and `flaws`."""
    return DeviceLine(
        pk=device.pk,
        name=device.name,
        gate=device.gate.name if device.gate else "",
        revoked=device.revoked_at is not None,
        seen_at=device.seen_at,
        data_at=device.data_at,
        offline_since=device.offline_since,
        queue=device.queue,
        battery=device.battery,
        flaws=device.flaws or 0,
        gap=device.gap,
    )
