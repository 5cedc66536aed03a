from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.payouts.models import Payout
from apps.payouts.services import book
from apps.payouts.states import PayoutState
from apps.trail.record import record


def cancel(payout: Payout, *, actor: str, reason: str, at: datetime) -> None:
    """
    Before it is sent. What was booked out for it is owed again.

    :raises IllegalTransition, LostRace: it is being sent, or was; nothing was changed.
    """
    with transaction.atomic():
        booked = payout.state == PayoutState.APPROVED
        move(payout, PayoutState.CANCELLED, actor=actor, at=at, reason=reason)
        if booked:
            book.failed(payout, at=at)
        record(
            "payout.cancel", about=payout, actor=actor, at=at, reason=reason, amount=payout.amount
        )
