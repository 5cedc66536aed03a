from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.outbox.publish import publish
from apps.reconciliation.models import Case


def tell_of_cases(*, at: datetime) -> int:
    """Publish `cases.waiting`, about the oldest, when there are some. How many; once a day."""
    waiting = Case.objects.open()
    oldest = waiting.order_by("found_at", "pk").first()
    if oldest is None:
        return 0
    with transaction.atomic():
        publish("cases.waiting", about=oldest, at=at)
    return waiting.count()
