from __future__ import annotations

import structlog
from celery import shared_task
from django.utils.timezone import now

from apps.accounts.models import PayoutMethod
from apps.payments.gateways.errors import GatewayError
from apps.payments.services.chase import LOOK_BACK, LOOK_FAR_BACK
from apps.payouts.models import Payout
from apps.payouts.schedule import next_look
from apps.payouts.services.fetch_missed import fetch_missed
from apps.payouts.services.look import look
from apps.payouts.services.release import release_due
from apps.payouts.services.send import NotNow

LOOKS_MAX = 200

log = structlog.get_logger(__name__)


@shared_task(name="payouts.release_due")
def release_due_task(**_: object) -> None:
    release_due(at=now())


@shared_task(name="payouts.fetch_missed")
def fetch_missed_task(**_: object) -> None:
    """Of accounts that are being set up: a person waits for them."""
    fetch_missed(PayoutMethod.objects.filter(payable=False), LOOK_BACK, at=now())


@shared_task(name="payouts.fetch_missed_of_days")
def fetch_missed_of_days_task(**_: object) -> None:
    fetch_missed(PayoutMethod.objects.all(), LOOK_FAR_BACK, at=now())


@shared_task(name="payouts.look")
def look_task(**_: object) -> None:
    """At every payout whose time has come."""
    due = Payout.objects.due(at=now()).select_related("organizer").order_by("next_poll_at")
    for payout in due[:LOOKS_MAX]:
        try:
            look(payout, at=now())
        except (GatewayError, NotNow) as trouble:
            log.warning("payout_look_failed", payout=payout.reference, trouble=str(trouble))
            Payout.objects.filter(pk=payout.pk, state=payout.state).update(
                next_poll_at=next_look(payout, at=now())
            )
