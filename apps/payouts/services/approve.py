from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.money import Money
from apps.core.transitions import move
from apps.ledger import balances
from apps.outbox.publish import publish
from apps.payouts.models import Payout
from apps.payouts.services import book
from apps.payouts.services.payee import lock_payee
from apps.payouts.states import PayoutState


class OwedLess(Exception):
    """Less is owed by now than was proposed, by a refund in between: cancel it and propose again."""

    def __init__(self, payout: Payout, owed: Money) -> None:
        super().__init__(f"{payout}: {payout.amount} proposed, {owed} owed")
        self.owed = owed


def approve(payout: Payout, *, actor: str, at: datetime) -> None:
    """
    Books it out of what is owed; a worker sends it.

    :raises OwedLess, NotPayable, IllegalTransition, LostRace: nothing was changed.
    """
    with transaction.atomic():
        payee = lock_payee(payout.organizer_id, payout.provider)
        owed = balances.available(payout.organizer_id, payout.provider, payout.currency)
        if owed < payout.amount:
            raise OwedLess(payout, owed)
        move(payout, PayoutState.APPROVED, actor=actor, at=at, destination=payee.destination)
        book.approved(payout, at=at)
        publish("payout.approved", about=payout, at=at)
