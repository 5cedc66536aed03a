"""Which accounts of the ledger an organizer may see."""

from __future__ import annotations

from django.db.models import Q

from apps.accounts.models import Organizer
from apps.ledger.models import LedgerAccount

_OWN = ("till", "terminal", "own_sales", "till_difference")


def accounts_of(organizer: Organizer) -> list[int]:
    """What we owe them and what is in their own hands; the platform's own accounts are not theirs."""
    pk = organizer.pk
    theirs = Q(code__startswith=f"org:{pk}:") | Q(code__in=[f"{name}:{pk}" for name in _OWN])
    for name in _OWN[:2]:
        theirs |= Q(code__startswith=f"{name}:{pk}:")
    return list(LedgerAccount.objects.filter(theirs).values_list("pk", flat=True))
