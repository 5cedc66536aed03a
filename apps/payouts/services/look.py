from __future__ import annotations

from datetime import datetime

from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.services.apply import apply
from apps.payouts.services.send import item_of, send
from apps.payouts.states import PayoutState


def look(payout: Payout, *, at: datetime) -> Payout:
    """
    Ask the provider what became of it, and do what follows. Safe at any time, twice, and at once.

    :raises GatewayError: the provider could not be asked; ask again later.
    """
    if payout.state == PayoutState.SENDING:
        return send(payout, at=at)
    if not payout.ids:
        return payout
    view = PAYOUT_GATEWAYS[payout.provider].fetch(item_of(payout), payout.ids)
    return apply(payout.pk, view, actor=f"provider:{payout.provider}", at=at)
