from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router

from apps.accounts.roles import Capability
from apps.api import problems
from apps.api.caller import caller_of
from apps.api.v1.schemas import ScanIn
from apps.checkin.models import Gate, Mode
from apps.checkin.services.look import Attempt
from apps.checkin.services.scan import ScanIdReused, scan
from apps.core.rate_limit import allow

SCANS, SECONDS = 5, 1

router = Router(tags=["check-in"])


@router.post("/scans")
def create_scan(request: HttpRequest, body: ScanIn) -> HttpResponse:
    """
    A verdict for a code at a gate: admitted, already_used, blocked, refunded, wrong_event, not_valid.
    The same scan_id gets the first answer again, byte for byte.
    """
    caller = caller_of(request)
    gate = (
        Gate.objects.select_related("event__organizer", "event__door_settings")
        .filter(pk=body.gate)
        .first()
    )
    if gate is None:
        raise problems.not_found("gate")
    caller.must(Capability.SCAN, gate.event.organizer)
    if not allow(f"scan:{caller.name}:{body.device}", SCANS, SECONDS):
        raise problems.too_many(SECONDS)
    attempt = Attempt(
        event=gate.event,
        code=body.token,
        scan_id=body.scan_id,
        scanned_at=body.scanned_at,
        actor=caller.name,
        gate=gate,
        device_name=body.device,
        mode=Mode(body.mode),
    )
    try:
        answer = scan(attempt, at=now())
    except ScanIdReused as reused:
        text = "This scan_id belongs to another code."
        raise problems.Problem(409, "scan_id_reused", text) from reused
    return HttpResponse(answer.text, content_type="application/json")
