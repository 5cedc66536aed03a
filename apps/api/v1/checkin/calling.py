"""A paired phone calls, by the key in its Authorization header; a cookie is not enough here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from apps.api import problems
from apps.checkin import devices
from apps.checkin.models import Device
from apps.checkin.services.pair import revoke
from apps.core.rate_limit import allow

# For the description of the API.
BY_DEVICE: dict[str, Any] = {"security": [{"device": []}]}
BY_ANYBODY: dict[str, Any] = {"security": [{"device": []}, {"bearer": []}]}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in `seconds`, of one device."""

    calls: int
    seconds: int


def device_calling(request: HttpRequest, what: str, rate: Rate) -> Device:
    """
    With its event, organizer, gate and door settings.

    :raises Problem: 401 for no key, an unknown or a revoked one, 429 beyond the rate.
    """
    device = any_device_calling(request, what, rate)
    if device.revoked_at is not None:
        text = "This phone was revoked or logged out. It may upload its log, and nothing else."
        raise problems.Problem(401, "revoked", text)
    return device


def any_device_calling(request: HttpRequest, what: str, rate: Rate) -> Device:
    """
    Also a revoked one.

    :raises Problem: 401, 429
    """
    device = devices.find(devices.secret_in_header(request))
    if device is None:
        text = "Pair this phone first, and send its key as `Authorization: Device <key>`."
        raise problems.Problem(401, "unauthenticated", text)
    if not allow(f"{what}:{device.actor}", rate.calls, rate.seconds):
        raise problems.too_many(rate.seconds)
    if device.ex_member and device.revoked_at is None:
        revoke(device, actor="system", at=now())
    return device
