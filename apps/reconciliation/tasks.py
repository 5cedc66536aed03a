from __future__ import annotations

from celery import shared_task
from django.utils.timezone import now

from apps.reconciliation.services.link_lines import link_lines
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.services.reconcile import reconcile
from apps.reconciliation.services.tell import tell_of_cases


@shared_task(name="reconciliation.reconcile")
def reconcile_task(**_: object) -> None:
    reconcile(at=now())


@shared_task(name="reconciliation.look_lightly")
def look_lightly_task(**_: object) -> None:
    link_lines()
    look_lightly(at=now())


@shared_task(name="reconciliation.tell_of_cases")
def tell_of_cases_task(**_: object) -> None:
    tell_of_cases(at=now())
