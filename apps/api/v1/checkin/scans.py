from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router

from apps.accounts.roles import Capability
from apps.api import problems
from apps.api.caller import caller_of
from apps.api.v1.checkin.calling import BY_ANYBODY, Rate, device_calling
from apps.api.v1.checkin.schemas import REFUSED_OR_MISSING, ProblemOut, ScanIn, ScanOut
from apps.checkin import devices
from apps.checkin.models import Device, Direction, Gate, Mode
from apps.checkin.services.look import Attempt
from apps.checkin.services.scan import ScanIdReused, scan
from apps.core.asked_often import AskedOften
from apps.core.rate_limit import allow

RATE = Rate(5, 1)

router = Router()


@router.post(
    "/scans",
    response={200: ScanOut, 403: ProblemOut, 409: ProblemOut, **REFUSED_OR_MISSING},
    openapi_extra=BY_ANYBODY,
    summary="A verdict for a code",
)
def create_scan(request: HttpRequest, body: ScanIn) -> HttpResponse:
    """
    A verdict for a code at a gate: admitted, already_used, blocked, refunded, wrong_event, not_valid,
    wrong_gate, not_now, left. The same scan_id gets the first answer again, byte for byte; with another
    code it is 409 `scan_id_reused`, which is no verdict.
    """
    by_device = bool(devices.secret_in_header(request))
    attempt = _by_device(request, body) if by_device else _by_caller(request, body)
    try:
        answer = scan(attempt, at=now())
    except ScanIdReused as reused:
        text = "This scan_id belongs to another code."
        raise problems.Problem(409, "scan_id_reused", text) from reused
    return HttpResponse(answer.text, content_type="application/json")


def _gate(pk: int) -> QuerySet[Gate]:
    return Gate.objects.select_related("event__organizer", "event__door_settings").filter(pk=pk)


_GATES = AskedOften(_gate, -1)


def _by_device(request: HttpRequest, body: ScanIn) -> Attempt:
    device = device_calling(request, "scan", RATE)
    return Attempt(
        event=device.event,
        code=body.token,
        scan_id=body.scan_id,
        scanned_at=body.scanned_at,
        actor=device.actor,
        gate=_gate_of(device, body.gate),
        device=device,
        device_name=device.name,
        mode=Mode(body.mode),
        direction=Direction(body.direction),
    )


def _gate_of(device: Device, wanted: int | None) -> Gate | None:
    if wanted is None:
        return None
    if wanted == device.gate_id:
        return device.gate
    gate = Gate.objects.filter(pk=wanted, event=device.event).first()
    if gate is None:
        raise problems.not_found("gate")
    return gate


def _by_caller(request: HttpRequest, body: ScanIn) -> Attempt:
    caller = caller_of(request)
    gate = _GATES.first(body.gate or 0)
    if gate is None:
        raise problems.not_found("gate")
    caller.must(Capability.SCAN, gate.event.organizer)
    if not allow(f"scan:{caller.name}:{body.device}", RATE.calls, RATE.seconds):
        raise problems.too_many(RATE.seconds)
    return Attempt(
        event=gate.event,
        code=body.token,
        scan_id=body.scan_id,
        scanned_at=body.scanned_at,
        actor=caller.name,
        gate=gate,
        device_name=body.device,
        mode=Mode(body.mode),
        direction=Direction(body.direction),
    )
