from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from apps.payouts.models import Payout

_IDS = ("item", "transfer", "batch")


def payouts_at(provider: str, ids: Mapping[str, str], reference: str | None) -> QuerySet[Payout]:
    """Those a provider means by its ids, or by our reference."""
    meant = Q(reference=reference) if reference else Q(pk__in=[])
    for name in _IDS:
        if name in ids:
            meant |= Q(**{f"ids__{name}": ids[name]})
    return Payout.objects.filter(meant, provider=provider).select_related("organizer")
