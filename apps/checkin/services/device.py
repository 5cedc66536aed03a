"""What happens to a paired phone until it leaves."""

from __future__ import annotations

from datetime import datetime

from apps.checkin.models import Device, Gate
from apps.checkin.services.pair import revoke


def rename(device: Device, name: str) -> None:
    device.name = name
    device.save(update_fields=["name"])


def stand_at(device: Device, gate: Gate | None) -> None:
    """gate: one of the device's event; None: at no gate in particular."""
    device.gate = gate
    device.save(update_fields=["gate"])


def change_device(device: Device) -> None:
    """By the organizer; its phone reads the door again (`describe.door_version`)."""
    device.save(update_fields=["name", "gate", "box_office"])


def log_out(device: Device, *, at: datetime) -> None:
    """It gives its key back. Entries it still held and uploads later are kept aside."""
    revoke(device, actor=device.actor, at=at)
