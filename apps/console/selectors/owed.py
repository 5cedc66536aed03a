"""Refunds that wait for somebody: their money came back, and is still owed to the buyer."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.ledger import chart
from apps.ledger.balances import about
from apps.payments.models import Refund
from apps.payments.states import RefundState


def refunds_owed() -> QuerySet[Refund]:
    """One that was sent again stays failed, but waits for nobody."""
    failed = Refund.objects.filter(state=RefundState.FAILED)
    subjects = set(failed.values_list("payment__purpose", flat=True))
    unapplied = [chart.unapplied(provider) for provider in chart.PROVIDERS]
    owed = {part.subject for part in about(sorted(subjects), unapplied)}
    return failed.filter(payment__purpose__in=owed)
