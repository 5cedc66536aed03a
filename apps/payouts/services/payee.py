"""Whatever sends money to a payee locks the payee first, then reads the balance, then posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import PayoutMethod
from apps.accounts.states import OrganizerState
from apps.payouts.models import PayeeWaiver

# Who took over an owner's account and sends the money elsewhere is found out by mail in this time.
PAYEE_DELAY = timedelta(days=3)


class NotPayable(Exception):
    """The organizer has no payout method at this provider that can be paid now."""


class PayeeTooNew(NotPayable):
    """The account replaced another a short while ago."""

    def __init__(self, method: PayoutMethod, until: datetime) -> None:
        super().__init__(f"{method.provider} account of {method.organizer} waits until {until}")
        self.until = until


def lock_payee(organizer: int, provider: str, *, at: datetime) -> PayoutMethod:
    """
    :raises NotPayable: also when the organizer is suspended.
    :raises PayeeTooNew: and nobody waived the delay.
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
    if (until := waits_until(method, at=at)) is not None:
        raise PayeeTooNew(method, until)
    return method


def waits_until(method: PayoutMethod, *, at: datetime) -> datetime | None:
    """None: it can be paid now, as far as its age goes."""
    since = method.destination_since
    if since is None or at >= since + PAYEE_DELAY:
        return None
    confirmed = PayeeWaiver.objects.filter(
        method=method, destination_since=since, confirmed_at__isnull=False
    )
    return None if confirmed.exists() else since + PAYEE_DELAY
