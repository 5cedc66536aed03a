from __future__ import annotations

from datetime import datetime

import structlog

from apps.ledger import chart
from apps.ledger.balances import balances_of
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import BALANCE_GATEWAYS
from apps.reconciliation.coverage import Coverage
from apps.reconciliation.known import known_differences
from apps.reconciliation.models import BalanceReading

log = structlog.get_logger(__name__)


def read_balances(coverage: Coverage, *, at: datetime) -> list[BalanceReading]:
    """
    What the provider holds beside what our books say; nothing when it cannot be asked.

    Not in a transaction. The statement has to be read just before: what it says explains most.
    """
    try:
        theirs = {m.currency: m.minor for m in BALANCE_GATEWAYS[coverage.provider].balances()}
    except GatewayError as trouble:
        log.warning("balance_unread", provider=coverage.provider, error=str(trouble))
        return []
    booked = balances_of([chart.clearing(coverage.provider)])
    ours = {currency: money.minor for (_code, currency), money in booked.items()}
    known = known_differences(coverage)
    readings = [
        BalanceReading(
            provider=coverage.provider,
            currency=currency,
            theirs_minor=theirs.get(currency, 0),
            ours_minor=ours.get(currency, 0),
            unexplained_minor=theirs.get(currency, 0) - ours.get(currency, 0) - known[currency],
            at=at,
        )
        for currency in sorted({*theirs, *ours})
    ]
    return BalanceReading.objects.bulk_create(readings)
