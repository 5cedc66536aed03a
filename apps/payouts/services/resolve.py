"""A payout whose outcome stayed unknown: an operator has looked at the provider and says what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.outbox.publish import publish
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.services import book
from apps.payouts.services.apply import apply
from apps.payouts.services.send import item_of
from apps.payouts.states import PayoutState
from apps.trail.record import record


def found(payout: Payout, ids: Mapping[str, str], *, actor: str, at: datetime) -> Payout:
    """
    It is there, under these ids (transfer, or batch and item); what it says is applied.

    :raises GatewayError: it is not there, or could not be asked for.
    :raises Contradiction: that is another one.
    """
    view = PAYOUT_GATEWAYS[payout.provider].fetch(item_of(payout), ids)
    with transaction.atomic():
        known = apply(payout.pk, replace(view, ids={**ids, **view.ids}), actor=actor, at=at)
        record("payout.found", about=known, actor=actor, at=at, amount=known.amount)
    return known


def not_found(payout: Payout, *, actor: str, reason: str, at: datetime) -> None:
    """
    It was never sent: the money is owed again.

    :raises IllegalTransition, LostRace: it is not being sent (any more); nothing was changed.
    """
    with transaction.atomic():
        move(
            payout,
            PayoutState.FAILED,
            actor=actor,
            at=at,
            reason=reason,
            problem=reason[:200],
            outcome_unknown=False,
            next_poll_at=None,
        )
        book.failed(payout, at=at)
        publish("payout.failed", about=payout, at=at)
        record(
            "payout.not_found",
            about=payout,
            actor=actor,
            at=at,
            reason=reason,
            amount=payout.amount,
        )
