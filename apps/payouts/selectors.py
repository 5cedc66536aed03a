from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.payouts.models import PayeeWaiver, Payout
from apps.payouts.services.payee import PAYEE_DELAY

_IDS = ("item", "transfer", "batch")


def new_payees(*, at: datetime) -> Q:
    """Of payout methods: those that wait because they replaced another, and nobody waived it."""
    confirmed = PayeeWaiver.objects.filter(
        method=OuterRef("pk"),
        destination_since=OuterRef("destination_since"),
        confirmed_at__isnull=False,
    )
    return Q(destination_since__gt=at - PAYEE_DELAY) & ~Q(Exists(confirmed))


def payouts_at(provider: str, ids: Mapping[str, str], reference: str | None) -> QuerySet[Payout]:
    """Those a provider means by its ids, or by our reference."""
    meant = Q(reference=reference) if reference else Q(pk__in=[])
    for name in _IDS:
        if name in ids:
            meant |= Q(**{f"ids__{name}": ids[name]})
    return Payout.objects.filter(meant, provider=provider).select_related("organizer")
