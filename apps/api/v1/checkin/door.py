from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router

from apps.api.v1.checkin.calling import BY_DEVICE, Rate, device_calling
from apps.api.v1.checkin.schemas import REFUSED, DoorOut
from apps.checkin.describe import describe, ms

RATE = Rate(60, 60)

router = Router()


@router.get(
    "/door",
    response={200: DoorOut, **REFUSED},
    openapi_extra=BY_DEVICE,
    summary="The door of this phone",
)
def get_door(request: HttpRequest) -> DoorOut:
    """What a phone must know to decide by itself: event, gates, rules, supervisors, public keys."""
    device = device_calling(request, "door", RATE)
    return DoorOut(server_time=ms(now()), **describe(device))
