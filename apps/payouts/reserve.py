"""What stays with us of an organizer's money, in case buyers want it back after it was paid out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.selectors import released_since
from apps.payouts.models import Payout

WINDOW = timedelta(days=90)


def reserve(organizer: Organizer, provider: str, currency: str, *, at: datetime) -> Money:
    """
    The agreed minimum, or the agreed part of what was released lately, whichever is more. Not a part
    of each payout: paid out every day, that would melt away.
    """
    minimum = Money(organizer.payout_reserve_minor, currency)
    percent = organizer.payout_reserve_percent
    if not percent:
        return minimum
    since = at - WINDOW
    # What a payout accounts for was booked before it was made: no need to look at all that again.
    before = Payout.objects.filter(
        organizer=organizer, provider=provider, currency=currency, created_at__lt=since
    ).aggregate(last=Max("up_to_entry"))["last"]
    account = chart.available(organizer.pk, provider)
    released = released_since(account, currency, since=since, after=before or 0)
    return max(minimum, released.percent(percent))
