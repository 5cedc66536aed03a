from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils.timezone import now

from apps.invoices.models import LegalEntity
from apps.invoices.services.bill_fees import bill_fees, month_before
from apps.invoices.services.check_vat import check_again
from apps.invoices.services.draft import draft_what_is_missing
from apps.invoices.services.number import waiting
from apps.outbox.publish import publish


@shared_task(name="invoices.number_waiting")
def number_waiting_task(**_: object) -> None:
    """What waits although its issuer is complete; one message each, so that one trouble stays one."""
    at = now()
    for issuer in LegalEntity.objects.filter(complete_at__isnull=False).order_by("pk"):
        if waiting(issuer).exists():
            with transaction.atomic():
                publish("invoices.waiting", about=issuer, at=at)


@shared_task(name="invoices.draft_missing")
def draft_missing_task(**_: object) -> None:
    while draft_what_is_missing(at=now()):
        pass


@shared_task(name="invoices.check_vat_again")
def check_vat_again_task(**_: object) -> None:
    check_again(at=now())


@shared_task(name="invoices.bill_fees")
def bill_fees_task(**_: object) -> None:
    """Daily: a first of the month that was missed is made up for."""
    at = now()
    platform = LegalEntity.objects.filter(organizer=None, complete_at__isnull=False).first()
    if platform is not None:
        bill_fees(platform, month_before(at, platform), at=at)
        with transaction.atomic():
            publish("invoices.waiting", about=platform, at=at)
