"""A provider's statement, read in portions and kept as last seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Max

from apps.payments.gateways.balances import StatementLine
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError, NotPermitted
from apps.payments.gateways.registry import BALANCE_GATEWAYS
from apps.reconciliation.models import Run

PORTION = 1000
FIRST_LOOK_BACK = timedelta(days=60)
# Read again each time: lines are listed after their time, at PayPal only when an eCheck has cleared.
OVERLAP = {Kind.STRIPE: timedelta(days=2), Kind.PAYPAL: timedelta(days=12)}

_KEEP = """
    INSERT INTO reconciliation_balanceline (provider, provider_id, kind, type, gross_minor, fee_minor,
        net_minor, currency, source, ids, reference, at, available_on, seen_at)
    SELECT %(provider)s, l.id, l.kind, l.type, l.gross, l.fee, l.gross - l.fee, l.currency, l.source,
        l.ids, l.reference, l.at, l.available_on, %(seen_at)s
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS l(id text, kind text, type text, gross bigint,
        fee bigint, currency text, source text, ids jsonb, reference text, at timestamptz,
        available_on timestamptz)
    ON CONFLICT (provider, provider_id) DO UPDATE
        SET kind = excluded.kind, type = excluded.type, gross_minor = excluded.gross_minor,
            fee_minor = excluded.fee_minor, net_minor = excluded.net_minor,
            currency = excluded.currency, available_on = excluded.available_on
        WHERE (reconciliation_balanceline.gross_minor, reconciliation_balanceline.fee_minor,
               reconciliation_balanceline.currency, reconciliation_balanceline.kind)
            IS DISTINCT FROM (excluded.gross_minor, excluded.fee_minor, excluded.currency, excluded.kind)
    RETURNING (xmax = 0)
"""

log = structlog.get_logger(__name__)


def read_statement(provider: str, *, since: datetime | None = None, at: datetime) -> Run:
    """
    From where the last reading ended (and a little before) until now; what fails is on the run.

    Not in a transaction. Twice at once does no harm: a line is kept once.
    """
    run = Run.objects.create(
        provider=provider, since=_since(provider, since, at=at), until=at, started_at=at
    )
    try:
        for portion in _portions(BALANCE_GATEWAYS[provider].balance_lines(run.since, run.until)):
            run.new_lines += _keep(provider, portion, at=at)
            run.lines += len(portion)
            run.save(update_fields=["lines", "new_lines"])
    except NotPermitted as refusal:
        run.unavailable, run.error = True, str(refusal)[:200]
    except GatewayError as trouble:
        run.error = str(trouble)[:200]
    if run.error:
        log.warning("statement_unread", provider=provider, error=run.error)
    run.ended_at = at
    run.save()
    return run


def _since(provider: str, wished: datetime | None, *, at: datetime) -> datetime:
    last = Run.objects.filter(provider=provider).read().aggregate(until=Max("until"))["until"]
    start = min(last - OVERLAP[Kind(provider)], at) if last is not None else at - FIRST_LOOK_BACK
    # A wish may reach back further; it must not leave a gap.
    return min(wished, start) if wished is not None and last is not None else wished or start


def _portions(lines: Iterator[StatementLine]) -> Iterator[list[StatementLine]]:
    while portion := list(islice(lines, PORTION)):
        yield portion


def _keep(provider: str, lines: list[StatementLine], *, at: datetime) -> int:
    """How many were new."""
    once = {line.id: line for line in lines}  # a statement may name one twice, at a page's edge
    values: dict[str, Any] = {
        "provider": provider,
        "seen_at": at,
        "lines": json.dumps([_row(line) for line in once.values()]),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        return sum(new for (new,) in cursor.fetchall())


def _row(line: StatementLine) -> dict[str, object]:
    return {
        "id": line.id,
        "kind": line.kind,
        "type": line.type[:60],
        "gross": line.gross.minor,
        "fee": line.fee.minor,
        "currency": line.gross.currency,
        "source": line.source[:120],
        "ids": dict(line.ids),
        "reference": line.reference[:127],
        "at": line.at.isoformat(),
        "available_on": line.available_on.isoformat(),
    }
