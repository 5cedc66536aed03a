from __future__ import annotations

from celery import shared_task

from apps.audit.registry import all_checks
from apps.audit.run import run_and_record


@shared_task(name="audit.run")
def audit_task(**_: object) -> None:
    run_and_record(all_checks())
