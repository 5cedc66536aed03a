from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router

from apps.api import problems
from apps.api.v1.checkin.calling import BY_DEVICE, Rate, any_device_calling
from apps.api.v1.checkin.schemas import REFUSED, LogIn, LogOut, ProblemOut, RefusedEntry
from apps.checkin.describe import ms
from apps.checkin.services.log import upload

RATE = Rate(20, 10)
BYTES_MAX = 512 * 1024

router = Router()


@router.post(
    "/log",
    response={200: LogOut, 413: ProblemOut, **REFUSED},
    openapi_extra=BY_DEVICE,
    summary="Upload a phone's log",
)
def upload_log(request: HttpRequest, body: LogIn) -> LogOut:
    """
    Entries of a phone's log, at most 500 and 512 KB at once, in any order and as often as wanted: each
    counts once. Works with a revoked key, too; then they are kept aside until the organizer takes them in.
    """
    device = any_device_calling(request, "log", RATE)
    if len(request.body) > BYTES_MAX:
        raise problems.too_large()
    at = now()
    received = upload(device, body.entries, at=at)
    return LogOut(
        head=received.head,
        hash=received.hash,
        missing=received.missing,
        refused=[RefusedEntry.model_validate(refused) for refused in received.refused],
        quarantined=received.quarantined,
        server_time=ms(at),
    )
