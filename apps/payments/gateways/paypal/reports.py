"""
PayPal's transaction search. An account must be allowed to use it, and it is some hours behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.balances import LineKind, StatementLine
from apps.payments.gateways.paypal import amounts
from apps.payments.gateways.paypal.client import read

PAGE_SIZE = 500
SPAN_MAX = timedelta(days=7)  # 31 are allowed, but at most 10,000 lines
# Too many lines for one answer: less time is asked for.
TOO_LARGE = "RESULTSET_TOO_LARGE"
SPAN_MIN = timedelta(minutes=1)
DONE = "S"

_KINDS = {
    "T0001": LineKind.PAYOUT,
    "T1106": LineKind.DISPUTE,
    "T1107": LineKind.REFUND,
    "T1108": LineKind.FEE,
    "T1109": LineKind.FEE,
    "T1110": LineKind.DISPUTE,
    "T1111": LineKind.DISPUTE,
    "T1114": LineKind.PAYOUT_BACK,
    "T1115": LineKind.PAYOUT_BACK,
    "T1201": LineKind.DISPUTE,
    "T1202": LineKind.DISPUTE,
}
# What a chargeback or a dispute costs: of that dispute, where the line names the payment.
_DISPUTE_FEES = frozenset({"T0106", "T0114"})
_GROUPS = {
    "T00": LineKind.PAYMENT,
    "T01": LineKind.FEE,
    "T03": LineKind.BANK,
    "T04": LineKind.BANK,
}


def balance_lines(since: datetime, until: datetime) -> Iterator[StatementLine]:
    start = since
    while start < until:
        end = min(start + SPAN_MAX, until)
        yield from _within(start, end)
        start = end


def balances() -> tuple[Money, ...]:
    answer = read("/v1/reporting/balances?currency_code=ALL")
    rows = answer.get("balances") or []
    return tuple(amounts.from_paypal(row["total_balance"]) for row in rows)


def _within(since: datetime, until: datetime) -> Iterator[StatementLine]:
    try:
        first = _page(since, until, 1)
    except errors.Invalid as error:
        half = (until - since) / 2
        if error.code != TOO_LARGE or half < SPAN_MIN:
            raise
        yield from _within(since, since + half)
        yield from _within(since + half, until)
        return
    yield from _lines(first)
    for number in range(2, int(first.get("total_pages") or 1) + 1):
        yield from _lines(_page(since, until, number))


def _page(since: datetime, until: datetime, number: int) -> dict[str, Any]:
    query = {
        "start_date": _stamp(since),
        "end_date": _stamp(until),
        "fields": "transaction_info",
        "page_size": PAGE_SIZE,
        "page": number,
    }
    return read(f"/v1/reporting/transactions?{urlencode(query)}")


def _lines(answer: dict[str, Any]) -> Iterator[StatementLine]:
    for detail in answer.get("transaction_details") or []:
        info = detail["transaction_info"]
        if info.get("transaction_status", DONE) == DONE:
            yield _line(info)


def _line(info: dict[str, Any]) -> StatementLine:
    code = str(info.get("transaction_event_code", ""))
    kind = _kind(code, info)
    gross = amounts.from_paypal(info["transaction_amount"])
    kept = info.get("fee_amount")
    at = datetime.fromisoformat(info["transaction_initiation_date"])
    return StatementLine(
        id=str(info["transaction_id"]),
        kind=kind,
        type=code,
        gross=gross,
        fee=-amounts.from_paypal(kept) if kept else Money.zero(gross.currency),
        at=at,
        available_on=at,
        source=str(info["transaction_id"]),
        ids=_ids(kind, info),
        reference=str(info.get("custom_field") or ""),
    )


def _kind(code: str, info: dict[str, Any]) -> LineKind:
    if code in _DISPUTE_FEES and info.get("paypal_reference_id"):
        return LineKind.DISPUTE
    return _KINDS.get(code) or _GROUPS.get(code[:3], LineKind.OTHER)


def _ids(kind: LineKind, info: dict[str, Any]) -> dict[str, str]:
    itself, other = str(info["transaction_id"]), str(info.get("paypal_reference_id") or "")
    if kind is LineKind.PAYMENT:
        return {"capture": itself}
    if kind in {LineKind.REFUND, LineKind.REFUND_BACK, LineKind.DISPUTE}:
        return {"capture": other} if other else {}
    if kind in {LineKind.PAYOUT, LineKind.PAYOUT_BACK}:
        return {"item": other} if other else {}
    return {}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
