"""When to look at a payout again: nothing depends on a webhook."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.payouts.models import Payout
from apps.payouts.states import MONEY_OUT, PayoutState

# (up to this age, this often). PayPal keeps an unclaimed payout for 30 days.
_LOOKS = (
    (timedelta(minutes=5), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=35), timedelta(days=1)),
)
_LATER = timedelta(days=7)
_MOVING = {PayoutState.SENDING, PayoutState.IN_TRANSIT, *MONEY_OUT} - {PayoutState.PAID}


def first_look(*, at: datetime) -> datetime:
    return at + _LOOKS[0][1]


def next_look(payout: Payout, *, at: datetime) -> datetime | None:
    if payout.state not in _MOVING:
        return None
    age = at - (payout.sent_at or at)
    return at + next((pause for limit, pause in _LOOKS if age < limit), _LATER)
