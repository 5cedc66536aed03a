from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.services.apply import apply
from apps.payouts.services.send import item_of
from apps.payouts.states import PayoutState
from apps.trail.record import record

# What a provider can undo: PayPal what nobody claimed, Stripe a transfer not drawn yet.
UNDOABLE = {Kind.PAYPAL: PayoutState.UNCLAIMED, Kind.STRIPE: PayoutState.PAID}


class NotUndoable(Exception):
    """Too early, or too late."""


def take_back(payout: Payout, *, actor: str, at: datetime) -> Payout:
    """
    :raises NotUndoable: nothing was asked.
    :raises GatewayError: InsufficientFunds when the organizer has drawn the money.
    """
    if payout.state != UNDOABLE[Kind(payout.provider)]:
        raise NotUndoable(payout.reference)
    view = PAYOUT_GATEWAYS[payout.provider].cancel(
        item_of(payout), payout.ids, key=f"take-back-{payout.reference}"
    )
    with transaction.atomic():
        back = apply(payout.pk, view, actor=actor, at=at)
        record("payout.take_back", about=back, actor=actor, at=at, amount=back.amount)
    return back
