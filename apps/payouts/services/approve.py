from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.money import Money
from apps.core.transitions import move
from apps.ledger import balances
from apps.outbox.publish import publish
from apps.payouts.models import Payout
from apps.payouts.reserve import reserve
from apps.payouts.services import book
from apps.payouts.services.payee import lock_payee
from apps.payouts.services.persons import completes, takes_two
from apps.payouts.states import PayoutState
from apps.trail.record import record


class OwedLess(Exception):
    """
    Less may be paid out by now than was proposed, by a refund in between: cancel it and propose again.

    owed: beyond the reserve.
    """

    def __init__(self, payout: Payout, owed: Money) -> None:
        super().__init__(f"{payout}: {payout.amount} proposed, {owed} owed")
        self.owed = owed


def approve(payout: Payout, *, actor: str, at: datetime) -> None:
    """
    Books it out of what is owed; a worker sends it. When it takes two persons and this is the first,
    it waits for the second and nothing is booked.

    :raises OwedLess, NotPayable, NeedsTwoPersons, SamePerson, IllegalTransition, LostRace: nothing
        was changed.
    """
    with transaction.atomic():
        payee = lock_payee(payout.organizer_id, payout.provider, at=at)
        owed = balances.available(payout.organizer_id, payout.provider, payout.currency)
        owed -= reserve(payee.organizer, payout.provider, payout.currency, at=at)
        if owed < payout.amount:
            raise OwedLess(payout, owed)
        two = payout.two_persons or takes_two(payout.amount)
        if two and not completes(payout, actor):
            _endorse(payout, actor=actor, at=at)
            return
        move(
            payout,
            PayoutState.APPROVED,
            actor=actor,
            at=at,
            destination=payee.destination,
            approved_by=actor,
            two_persons=two,
        )
        book.approved(payout, at=at)
        publish("payout.approved", about=payout, at=at)
        record("payout.approve", about=payout, actor=actor, at=at, amount=payout.amount)


def _endorse(payout: Payout, *, actor: str, at: datetime) -> None:
    move(
        payout,
        PayoutState.ENDORSED,
        actor=actor,
        at=at,
        endorsed_by=actor,
        two_persons=True,
    )
    publish("payout.waits", about=payout, at=at, first=actor)
    record("payout.endorse", about=payout, actor=actor, at=at, amount=payout.amount)
