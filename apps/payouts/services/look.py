from __future__ import annotations

from datetime import datetime

import structlog

from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.schedule import next_look
from apps.payouts.services.apply import Contradiction, apply
from apps.payouts.services.send import NotNow, item_of, send
from apps.payouts.states import PayoutState

LOOKS_MAX = 200

log = structlog.get_logger(__name__)


def look_at_due(*, at: datetime) -> int:
    """At every payout whose time has come; who cannot be asked now is asked later. How many."""
    due = list(
        Payout.objects.due(at=at).select_related("organizer").order_by("next_poll_at")[:LOOKS_MAX]
    )
    for payout in due:
        try:
            look(payout, at=at)
        except Contradiction as odd:  # its own trouble: the others are looked at
            log.warning("payout_contradicted", payout=payout.reference, trouble=str(odd))
            _later(payout, at=at, problem=str(odd)[:200])
        except (GatewayError, NotNow) as trouble:
            log.warning("payout_look_failed", payout=payout.reference, trouble=str(trouble))
            _later(payout, at=at)
    return len(due)


def _later(payout: Payout, *, at: datetime, **told: str) -> None:
    unmoved = Payout.objects.filter(pk=payout.pk, state=payout.state)
    unmoved.update(next_poll_at=next_look(payout, at=at), **told)


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
