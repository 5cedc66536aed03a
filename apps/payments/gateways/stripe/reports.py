"""Stripe's balance transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from apps.core.money import Money
from apps.payments.gateways.balances import LineKind, StatementLine
from apps.payments.gateways.stripe import amounts
from apps.payments.gateways.stripe.client import plain, read

PAGE_SIZE = 100
_KINDS = {
    "charge": LineKind.PAYMENT,
    "payment": LineKind.PAYMENT,
    "refund": LineKind.REFUND,
    "payment_refund": LineKind.REFUND,
    "refund_failure": LineKind.REFUND_BACK,
    "payment_failure_refund": LineKind.REFUND_BACK,
    "payment_reversal": LineKind.DISPUTE,
    "transfer": LineKind.PAYOUT,
    "transfer_refund": LineKind.PAYOUT_BACK,
    "transfer_cancel": LineKind.PAYOUT_BACK,
    "transfer_failure": LineKind.PAYOUT_BACK,
    "stripe_fee": LineKind.FEE,
    "stripe_fx_fee": LineKind.FEE,
    "tax_fee": LineKind.FEE,
    "network_cost": LineKind.FEE,
    "payout": LineKind.BANK,
    "payout_cancel": LineKind.BANK,
    "payout_failure": LineKind.BANK,
    "topup": LineKind.BANK,
    "topup_reversal": LineKind.BANK,
}


def balance_lines(since: datetime, until: datetime) -> Iterator[StatementLine]:
    span = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
    params: dict[str, Any] = {"created": span, "limit": PAGE_SIZE, "expand": ["data.source"]}
    while True:
        page = read(lambda: plain("get", "/v1/balance_transactions", **params))
        for row in page["data"]:
            yield _line(row)
        if not page["has_more"]:
            return
        params["starting_after"] = page["data"][-1]["id"]


def balances() -> tuple[Money, ...]:
    seen = read(lambda: plain("get", "/v1/balance"))
    sums: Counter[str] = Counter()
    for part in [*seen["available"], *seen["pending"]]:
        sums[part["currency"]] += part["amount"]
    return tuple(amounts.from_stripe(amount, currency) for currency, amount in sums.items())


def _line(row: dict[str, Any]) -> StatementLine:
    raw = row.get("source")
    source: dict[str, Any] = raw if isinstance(raw, dict) else {"id": raw or ""}
    kind = _kind(row["type"], source)
    return StatementLine(
        id=row["id"],
        kind=kind,
        type=row["type"],
        gross=amounts.from_stripe(row["amount"], row["currency"]),
        fee=amounts.from_stripe(row["fee"], row["currency"]),
        at=_time(row["created"]),
        available_on=_time(row["available_on"]),
        source=str(source["id"]),
        ids=_ids(kind, source),
        reference=_reference(source),
    )


def _kind(type_: str, source: dict[str, Any]) -> LineKind:
    if type_ == "adjustment" and source.get("object") == "dispute":
        return LineKind.DISPUTE
    return _KINDS.get(type_, LineKind.OTHER)


def _ids(kind: LineKind, source: dict[str, Any]) -> dict[str, str]:
    if kind is LineKind.PAYMENT:
        return {"charge": str(source["id"])}
    if kind in {LineKind.REFUND, LineKind.REFUND_BACK, LineKind.DISPUTE}:
        return {"charge": str(source["charge"])} if source.get("charge") else {}
    if kind in {LineKind.PAYOUT, LineKind.PAYOUT_BACK}:
        return {"transfer": str(source.get("transfer") or source["id"])}  # of a reversal, or itself
    return {}


def _reference(source: dict[str, Any]) -> str:
    metadata = source.get("metadata") or {}
    return str(metadata.get("payment") or metadata.get("refund") or metadata.get("payout") or "")


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
