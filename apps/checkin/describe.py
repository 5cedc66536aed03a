"""What a phone must know of its door before it can decide anything by itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.checkin.models import Device, DoorSettings, Gate, Supervisor, TimeSlot, settings_of
from apps.checkin.pins import check_of
from apps.checkin.rules import DOORS_CLOSE_AFTER_END, as_data
from apps.events.models import Event
from apps.tickets import keys
from apps.variants.models import Variant

_EPOCH, _MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def describe(device: Device) -> dict[str, Any]:
    """Times in ms since 1970."""
    event, settings = device.event, settings_of(device.event)
    return {
        "door_version": door_version(device),
        "device": describe_device(device),
        "event": _event(event),
        "settings": _settings(settings),
        "gates": [_gate(gate) for gate in event.gates.in_use()],
        "variants": [
            _variant(variant)
            for variant in event.variants.select_related("time_slot").order_by("pk")
        ],
        "supervisors": [
            _supervisor(supervisor)
            for supervisor in event.organizer.supervisors.serving().order_by("pk")
        ],
        "keys": keys.jwks(),
        "rules": as_data(),
        "offline": keys.why_no_offline_door(),
    }


def describe_device(device: Device) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "gate": device.gate_id,
        "box_office": device.box_office,
    }


def door_version(device: Device) -> str:
    """Another one when `describe` says something else."""
    event, settings = device.event, settings_of(device.event)
    said = (
        settings.version,
        event.revision,
        device.gate_id,
        device.name,
        device.box_office,
        sorted(keys.ring().by_kid),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def ms(at: datetime) -> int:
    return (at - _EPOCH) // _MS


def _or_none(at: datetime | None) -> int | None:
    return None if at is None else ms(at)


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.pk,
        "slug": event.slug,
        "title": event.title,
        "starts_at": ms(event.starts_at),
        "doors_at": _or_none(event.doors_at),
        "ends_at": ms(event.ends_at),
        "closes_at": ms(event.ends_at + DOORS_CLOSE_AFTER_END),
        "timezone": event.timezone,
        "language": event.language,
    }


def _settings(settings: DoorSettings) -> dict[str, Any]:
    return {
        "entry_rule": settings.entry_rule,
        "entries_per_day": settings.entries_per_day,
        "day_starts_at": settings.day_starts_at,
        "unsynced": settings.unsynced,
        "names_offline": settings.names_offline,
        "start_pin": settings.start_pin,
        "slow_after_ms": settings.slow_after_ms,
        "offline_after": settings.offline_after,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "id": gate.pk,
        "name": gate.name,
        "direction": gate.direction,
        "variants": gate.variants,
        "access_levels": gate.access_levels,
        "opens_at": _or_none(gate.opens_at),
        "closes_at": _or_none(gate.closes_at),
    }


def _variant(variant: Variant) -> dict[str, Any]:
    try:
        slot = variant.time_slot
    except TimeSlot.DoesNotExist:
        slot = None
    return {
        "id": variant.pk,
        "name": variant.name,
        "access_level": variant.access_level,
        "admits_from": ms(slot.admits_from) if slot else None,
        "admits_until": ms(slot.admits_until) if slot else None,
    }


def _supervisor(supervisor: Supervisor) -> dict[str, Any]:
    return {
        "id": supervisor.pk,
        "name": supervisor.name,
        "salt": bytes(supervisor.salt).hex(),
        "iterations": supervisor.iterations,
        "check": check_of(supervisor),
    }
