from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.accounts.models import PayoutMethod
from apps.payments.services.chase import LOOK_BACK, LOOK_FAR_BACK
from apps.payouts.services.fetch_missed import fetch_missed
from apps.payouts.services.look import look_at_due
from apps.payouts.services.release import release_due


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
    look_at_due(at=now())
