"""
Reconciliation of many payments, in a process of its own so that its memory can be seen:
`python -m bench.reconciling COUNT`. The payments are rows only, the statement is told by a generator.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import django
from django.db import connection

if __name__ == "__main__":
    django.setup()

from django.utils.timezone import now

from apps.core.money import Money
from apps.payments.gateways.balances import LineKind, StatementLine
from apps.payments.gateways.registry import BALANCE_GATEWAYS
from apps.reconciliation.services.reconcile import reconcile

EUR, GROSS, FEE = "EUR", 7600, 139
DIFFERING = 10  # their line is missing

_ORDERS = """
    INSERT INTO orders_order (reference, event_id, organizer_id, state, channel, buyer, address_hash, email,
        name, holder_names, language, key_version, currency, total_minor, fee_minor, claim, pay_by,
        created_at, paid_at, late, terms_version, idempotency_scope, idempotency_key, request_hash)
    SELECT 'RC' || n, %(event)s, %(organizer)s, 'paid', 'web', 'browser:rc' || n, '', '', '', '[]', 'de', 1,
        'EUR', 7600, 380, gen_random_uuid(), %(at)s, %(at)s, %(at)s, false, 0, '', '', ''
    FROM generate_series(1, %(count)s) n
"""
_PAYMENTS = """
    INSERT INTO payments_payment (reference, purpose, provider, state, amount_minor, currency, request,
        attempt, ids, provider_id, redirect_url, reason, pay_by, captured_at, fee_minor, outcome_unknown,
        needs_review, superseded, polls, created_at)
    SELECT 'RC' || n, 'orders.order:' || o.id, 'stripe', 'captured', 7600, 'EUR', '{}', 1,
        jsonb_build_object('session', 'cs_rc' || n, 'intent', 'pi_rc' || n, 'charge', 'ch_rc' || n),
        'cs_rc' || n, '', '', %(at)s, %(at)s, 139, false, false, false, 0, %(at)s
    FROM generate_series(1, %(count)s) n JOIN orders_order o ON o.reference = 'RC' || n
"""
_JOINED = """
    INSERT INTO orders_orderpayment (order_id, payment_id, applied)
    SELECT o.id, p.id, true FROM orders_order o JOIN payments_payment p ON p.reference = o.reference
    WHERE o.reference LIKE 'RC%%'
"""


def make_payments(event: int, organizer: int, count: int, *, at: datetime) -> None:
    """Paid three days ago, by card."""
    values: dict[str, Any] = {
        "event": event,
        "organizer": organizer,
        "count": count,
        "at": at - timedelta(days=3),
    }
    with connection.cursor() as cursor:
        for statement in (_ORDERS, _PAYMENTS, _JOINED):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def measured(count: int) -> str:
    """The words of a process that does it."""
    command = [sys.executable, "-m", "bench.reconciling", str(count)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Statement:
    """What Stripe would tell of these payments, but for a few."""

    def __init__(self, count: int, at: datetime) -> None:
        self.count, self.at = count, at - timedelta(days=3)

    def balance_lines(self, since: datetime, until: datetime) -> Iterator[StatementLine]:  # noqa: ARG002 - as a gateway's
        for number in range(1 + DIFFERING, self.count + 1):
            yield StatementLine(
                id=f"txn_rc{number}",
                kind=LineKind.PAYMENT,
                type="charge",
                gross=Money(GROSS, EUR),
                fee=Money(FEE, EUR),
                at=self.at,
                available_on=self.at,
                source=f"ch_rc{number}",
                ids={"charge": f"ch_rc{number}"},
                reference=f"RC{number}",
            )

    def balances(self) -> tuple[Money, ...]:
        return (Money(self.count * (GROSS - FEE), EUR),)


def _run(count: int) -> str:
    at = now()
    BALANCE_GATEWAYS["stripe"] = Statement(count, at)  # type: ignore[index]  # a table of modules, and this is an object
    before = _peak_mb()
    began = time.perf_counter()
    _runs, looked = reconcile(["stripe"], at=at)
    first = time.perf_counter() - began
    began = time.perf_counter()
    reconcile(["stripe"], at=at + timedelta(minutes=1))
    again = time.perf_counter() - began
    return (
        f"Reconciliation of {count:,} payments: {first:.1f} s when all lines are new,"
        f" {again:.1f} s the next time; {looked.opened} cases;"
        f" {_peak_mb() - before:.0f} MB more than the process had ({before:.0f} MB)."
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(_run(int(sys.argv[1])))
