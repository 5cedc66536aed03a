"""Of what time a provider's statement is known, so that what is not on it can be called missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min

from apps.ledger.chart import PROVIDERS
from apps.payments.gateways.base import Kind
from apps.reconciliation.models import Run

# After that a provider has listed what moved the balance.
LISTED_WITHIN = {Kind.STRIPE: timedelta(hours=6), Kind.PAYPAL: timedelta(hours=36)}


@dataclass(frozen=True, slots=True)
class Coverage:
    """until: what happened before it is listed, or will never be."""

    provider: str
    since: datetime
    until: datetime


def coverages() -> list[Coverage]:
    """Runs leave no gap, so that all of them together are one span."""
    found = []
    for provider in PROVIDERS:
        ends = Run.objects.filter(provider=provider).read().aggregate(Min("since"), Max("until"))
        if ends["since__min"] is not None:
            until = ends["until__max"] - LISTED_WITHIN[Kind(provider)]
            found.append(Coverage(provider, ends["since__min"], until))
    return found
