"""How each provider does, on one page: what was heard, asked, read, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from apps.ledger.chart import PROVIDERS
from apps.payments.gateways.pulse import Pulse, pulse_of
from apps.payments.gateways.registry import set_up
from apps.payments.models import Payment, ProviderNotice, Refund
from apps.payments.polling import REFUND_MOVING
from apps.payments.states import NoticeState, RefundState
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from apps.reconciliation.models import BalanceReading, Case, Run

NOTICES_STUCK = (NoticeState.PARKED, NoticeState.FAILED)
REFUNDS_IN_FLIGHT = (RefundState.REQUESTED, *REFUND_MOVING)
PAYOUTS_IN_FLIGHT = (
    *(PayoutState.SENDING, PayoutState.IN_TRANSIT),
    *(PayoutState.HELD, PayoutState.UNCLAIMED),
)


@dataclass(frozen=True, slots=True)
class Health:
    provider: str
    pulse: Pulse
    last_notice: datetime | None
    stuck_notices: int
    unknown_payments: int
    refunds_in_flight: int
    payouts_in_flight: int
    last_run: Run | None
    readings: list[BalanceReading]  # the last one of each currency
    open_cases: int


def health() -> list[Health]:
    """Of those that are set up, and of one that is left out by now but took money once."""
    return [
        _health_of(provider)
        for provider in PROVIDERS
        if provider in set_up() or _was_used(provider)
    ]


def _was_used(provider: str) -> bool:
    return Payment.objects.filter(provider=provider).exists()


def _health_of(provider: str) -> Health:
    stuck = Q(state__in=NOTICES_STUCK)
    notices = ProviderNotice.objects.filter(provider=provider).aggregate(
        last=Max("received_at"), stuck=Count("pk", filter=stuck)
    )
    return Health(
        provider=provider,
        pulse=pulse_of(provider),
        last_notice=notices["last"],
        stuck_notices=notices["stuck"],
        unknown_payments=Payment.objects.filter(provider=provider, outcome_unknown=True).count(),
        refunds_in_flight=Refund.objects.filter(
            payment__provider=provider, state__in=REFUNDS_IN_FLIGHT
        ).count(),
        payouts_in_flight=Payout.objects.filter(
            provider=provider, state__in=PAYOUTS_IN_FLIGHT
        ).count(),
        last_run=Run.objects.filter(provider=provider).order_by("-started_at", "-pk").first(),
        readings=list(
            BalanceReading.objects.filter(provider=provider)
            .order_by("currency", "-pk")
            .distinct("currency")
        ),
        open_cases=Case.objects.open().filter(provider=provider).count(),
    )
