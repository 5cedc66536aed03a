"""Whatever sends money to a payee locks the payee first, then reads the balance, then posts."""

from __future__ import annotations

from apps.accounts.models import PayoutMethod
from apps.accounts.states import OrganizerState


class NotPayable(Exception):
    """The organizer has no payout method at this provider that can be paid now."""


def lock_payee(organizer: int, provider: str) -> PayoutMethod:
    """
    :raises NotPayable: also when the organizer is suspended.
    """
    method = (
        PayoutMethod.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organizer")
        .filter(organizer=organizer, provider=provider)
        .first()
    )
    if method is None or not method.payable or not method.destination:
        raise NotPayable(f"organizer {organizer} at {provider}")
    if method.organizer.state != OrganizerState.APPROVED:
        raise NotPayable(f"organizer {organizer} is {method.organizer.state}")
    return method
