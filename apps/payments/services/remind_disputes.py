from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.outbox.publish import publish
from apps.payments.models import Dispute
from apps.payments.states import DISPUTE_RUNNING

BEFORE = (timedelta(days=3), timedelta(days=1))
# What the provider did not take is no answer.
_UNANSWERED = Q(answer=None) | ~Q(answer__refused="")


def remind_disputes(*, at: datetime) -> int:
    """Publish `dispute.deadline_near`, once for each of these times before, while nobody has answered."""
    with transaction.atomic():
        rows = Dispute.objects.select_for_update(
            no_key=True, skip_locked=True, of=("self",)
        ).filter(
            _UNANSWERED, state__in=DISPUTE_RUNNING, due_at__gt=at, due_at__lte=at + max(BEFORE)
        )
        due = [d for d in rows.order_by("pk") if d.due_at and _is_due(d, d.due_at, at=at)]
        for dispute in due:
            Dispute.objects.filter(pk=dispute.pk).update(reminded_at=at)
            publish("dispute.deadline_near", about=dispute, at=at)
    return len(due)


def _is_due(dispute: Dispute, due_at: datetime, *, at: datetime) -> bool:
    passed = max(due_at - span for span in BEFORE if due_at - span <= at)
    return dispute.reminded_at is None or dispute.reminded_at < passed
