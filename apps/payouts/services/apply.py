"""What a provider says of a payout, and what follows: states, postings, facts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.outbox.publish import publish
from apps.payments.gateways.base import PayoutItemView
from apps.payouts.models import Payout
from apps.payouts.schedule import next_look
from apps.payouts.services import book
from apps.payouts.states import MONEY_OUT, PayoutState

_ON_ITS_WAY = (PayoutState.IN_TRANSIT, *MONEY_OUT, PayoutState.RETURNED)
_ENDS = (PayoutState.FAILED, PayoutState.RETURNED)


class Contradiction(Exception):
    """The provider says something that cannot be: another amount, or paid after it failed."""


def apply(payout_id: int, view: PayoutItemView, *, actor: str, at: datetime) -> Payout:
    """
    Safe to repeat, and in any order: a view that is older than what we know changes nothing.

    :raises Contradiction: nothing was changed.
    """
    with transaction.atomic():
        payout = Payout.objects.select_for_update(no_key=True).get(pk=payout_id)
        if view.amount != payout.amount:
            raise Contradiction(f"{payout}: {view.amount} instead of {payout.amount}")
        for target in _path(payout, PayoutState(view.state.value)):
            _enter(payout, target, view, actor=actor, at=at)
        _note(payout, view, at=at)
    return payout


def _path(payout: Payout, told: PayoutState) -> tuple[PayoutState, ...]:
    """The moves from where we are to what we are told."""
    known = payout.state
    if told in {known, PayoutState.SENDING}:
        return ()
    if known == PayoutState.SENDING:
        if told == PayoutState.FAILED:
            return (told,)
        return (PayoutState.IN_TRANSIT,) + (() if told == PayoutState.IN_TRANSIT else (told,))
    if known == PayoutState.IN_TRANSIT:
        return (told,)
    if known in MONEY_OUT:
        if told in _ENDS:
            return (PayoutState.RETURNED,)  # it was out and is back, whatever it is called
        arrived = told == PayoutState.PAID and known != PayoutState.PAID
        return (told,) if arrived else ()
    if known in _ENDS and told in _ENDS:
        return ()
    raise Contradiction(f"{payout} is {known}, told {told}")


def _enter(
    payout: Payout, target: PayoutState, view: PayoutItemView, *, actor: str, at: datetime
) -> None:
    was_out = payout.state in MONEY_OUT
    move(payout, target, actor=actor, at=at, reason=view.reason)
    if not was_out and target in (*MONEY_OUT, PayoutState.RETURNED):
        book.sent(payout, at=at)
    if target == PayoutState.RETURNED:
        book.returned(payout, at=at)
    if target == PayoutState.FAILED:
        book.failed(payout, at=at)
    _tell(payout, at=at)


def _tell(payout: Payout, *, at: datetime) -> None:
    if payout.state == PayoutState.PAID:
        publish("payout.paid", about=payout, at=at)
    if payout.state == PayoutState.UNCLAIMED:
        publish("payout.unclaimed", about=payout, at=at)
    if payout.state == PayoutState.RETURNED:
        publish("payout.returned", about=payout, at=at)
    if payout.state == PayoutState.FAILED:
        publish("payout.failed", about=payout, at=at)


def _note(payout: Payout, view: PayoutItemView, *, at: datetime) -> None:
    if view.fee and not payout.fee_minor and payout.state in (*MONEY_OUT, PayoutState.RETURNED):
        book.fee(payout, view.fee, at=at)
        payout.fee_minor = view.fee.minor
    payout.ids = {**payout.ids, **view.ids}
    payout.problem = "" if payout.state == PayoutState.PAID else view.reason[:200]
    payout.outcome_unknown = payout.state == PayoutState.SENDING
    payout.next_poll_at = next_look(payout, at=at)
    payout.polls += 1
    payout.save(
        update_fields=["fee_minor", "ids", "problem", "outcome_unknown", "next_poll_at", "polls"]
    )
