from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router, Status

from apps.api import problems
from apps.api.v1.checkin.calling import BY_DEVICE, Rate, device_calling
from apps.api.v1.checkin.schemas import (
    REFUSED,
    REFUSED_OR_MISSING,
    CountsOut,
    DeviceOut,
    DevicePatch,
    HelloIn,
    HelloOut,
)
from apps.checkin import devices
from apps.checkin.describe import describe_device, door_version, ms
from apps.checkin.models import Gate
from apps.checkin.selectors import counts
from apps.checkin.services.device import log_out, rename, stand_at
from apps.checkin.services.heartbeat import Health, hear

HELLO, CHANGES = Rate(12, 10), Rate(30, 60)

router = Router()


@router.post(
    "/hello",
    response={200: HelloOut, **REFUSED},
    openapi_extra=BY_DEVICE,
    summary="A phone is there",
)
def say_hello(request: HttpRequest, body: HelloIn) -> HelloOut:
    """
    Every ten seconds: the organizer sees how the phone is, the phone learns the time, who is inside, and
    by `door_version` whether the door should be read again.
    """
    device = device_calling(request, "hello", HELLO)
    at = now()
    health = Health(
        queue=body.queue,
        data_at=_moment(body.data_at),
        battery=body.battery,
        offline_since=_moment(body.offline_since),
    )
    hear(device, health, at=at)
    found = counts(device.event)
    return HelloOut(
        server_time=ms(at),
        counts=CountsOut(inside=found.inside, expected=found.expected, by_gate=found.by_gate),
        door_version=door_version(device),
        box_office=device.box_office,
    )


@router.patch(
    "/device",
    response={200: DeviceOut, **REFUSED_OR_MISSING},
    openapi_extra=BY_DEVICE,
    summary="Name and gate",
)
def change_device(request: HttpRequest, body: DevicePatch) -> DeviceOut:
    """What is not sent stays."""
    device = device_calling(request, "device", CHANGES)
    if "gate" in body.model_fields_set:
        gate = Gate.objects.in_use().filter(pk=body.gate or 0, event=device.event).first()
        if gate is None and body.gate is not None:
            raise problems.not_found("gate")
        stand_at(device, gate)
    if body.name:
        rename(device, body.name)
    return DeviceOut.model_validate(describe_device(device))


@router.delete(
    "/device", response={204: None, **REFUSED}, openapi_extra=BY_DEVICE, summary="Log out"
)
def delete_device(request: HttpRequest, response: HttpResponse) -> Status[None]:
    """The phone gives its key back. Upload the log first: what comes later is kept aside."""
    log_out(device_calling(request, "device", CHANGES), at=now())
    devices.forget(response)
    return Status(204, None)


def _moment(since_1970: int | None) -> datetime | None:
    if since_1970 is None:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since_1970)
