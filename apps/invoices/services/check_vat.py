"""Asks VIES, the EU's register, whether a VAT id is in use. Network, outside any transaction."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef

from apps.core.http_client import OutboundError, send
from apps.invoices.models import LegalEntity, VatCheck
from apps.invoices.vat import newest_answer

FRESH = timedelta(days=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TRIES_MAX = 30
AT_ONCE = 20  # each may take as long as a call may
_PATH = "/taxation_customs/vies/rest-api/check-vat-number"

log = structlog.get_logger(__name__)


def check_vat(vat_id: str, *, at: datetime) -> VatCheck | None:
    """
    What VIES says, remembered with its time and request id; that it did not answer is remembered too.
    None: nobody is asked here, or it was asked not long ago.
    """
    if not settings.VIES_API_BASE or not vat_id:
        return None
    known = newest_answer(vat_id)
    if known is not None and known.at > at - FRESH:
        return None
    answer = _ask(vat_id)
    return VatCheck.objects.create(
        vat_id=vat_id,
        answer=_judge(answer),
        request_id=str(answer.get("requestIdentifier") or "")[:80],
        name=str(answer.get("name") or "").replace("---", "")[:200],
        at=at,
    )


def check_again(*, at: datetime) -> int:
    """
    Those about which VIES was silent: after an hour, then after twice as long each time, at most a day,
    until it answers or was asked in vain for weeks. How many were asked. Not in a transaction.
    """
    silent = VatCheck.Answer.UNREACHABLE
    answered = VatCheck.objects.filter(vat_id=OuterRef("vat_id"), pk__gt=OuterRef("pk"))
    tries = (
        VatCheck.objects.filter(~Exists(answered.exclude(answer=silent)), answer=silent)
        .values("vat_id")
        .annotate(n=Count("pk"), last=Max("at"))
        .filter(n__lt=TRIES_MAX)
        .order_by("last")
    )
    due = [
        row["vat_id"] for row in tries if at - row["last"] >= min(DAY, HOUR * 2 ** (row["n"] - 1))
    ]
    return sum(check_vat(vat_id, at=at) is not None for vat_id in due[:AT_ONCE])


def _judge(answer: dict[str, Any]) -> VatCheck.Answer:
    if answer.get("valid") is True:
        return VatCheck.Answer.VALID
    # Without a verdict of the member state "valid" is false too, so the reason decides.
    if answer.get("valid") is False and not answer.get("errorWrappers"):
        return VatCheck.Answer.INVALID
    return VatCheck.Answer.UNREACHABLE


def _ask(vat_id: str) -> dict[str, Any]:
    asked = {"countryCode": vat_id[:2], "vatNumber": vat_id[2:], **_requester()}
    try:
        reply = send(
            "POST",
            settings.VIES_API_BASE + _PATH,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(asked).encode(),
            noted={"vat_id": vat_id},
        )
        answer = reply.json()
    except (OutboundError, ValueError) as trouble:
        log.warning("vies_unreachable", vat_id=vat_id, trouble=str(trouble))
        return {}
    return answer if reply.status == 200 and isinstance(answer, dict) else {}


def _requester() -> dict[str, str]:
    """Only who says who asks gets a request id, the proof for the tax office."""
    platform = LegalEntity.objects.filter(organizer=None).first()
    if platform is None or not platform.vat_id:
        return {}
    return {
        "requesterMemberStateCode": platform.vat_id[:2],
        "requesterNumber": platform.vat_id[2:],
    }
