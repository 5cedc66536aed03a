from __future__ import annotations

from datetime import datetime

from apps.sandbox.http import Json
from apps.sandbox.paypal import book
from apps.sandbox.paypal.call import MERCHANT_ID, Call, link
from apps.sandbox.paypal.errors import PayPalError, malformed
from apps.sandbox.paypal.money import money
from apps.sandbox.world import iso

_SPAN_DAYS_MAX = 31
_PAGE_MAX = 500


def balances(call: Call) -> tuple[int, Json]:
    world = call.world
    _check_allowed(call)
    wanted = call.query.get("currency_code")
    rows = [
        {
            "currency": currency,
            "primary": currency == "EUR",
            "total_balance": money(minor, currency),
            "available_balance": money(minor, currency),
            "withheld_balance": money(0, currency),
        }
        for currency, minor in book.balances(world).items()
        if wanted in {None, "ALL", currency}
    ]
    at = iso(world.now())
    return 200, {
        "balances": rows,
        "account_id": MERCHANT_ID,
        "as_of_time": at,
        "last_refresh_time": at,
    }


def transactions(call: Call) -> tuple[int, Json]:
    """The statement lines between two times, oldest first; at most 31 days."""
    _check_allowed(call)
    since, until = _time(call, "start_date"), _time(call, "end_date")
    if (until - since).days > _SPAN_DAYS_MAX:
        raise malformed("INVALID_DATE_RANGE", "The date range is greater than 31 days.")
    lines = [
        line
        for line in call.world.store.oldest("paypal_entry")
        if since.timestamp() <= line["at"] <= until.timestamp()
        and call.query.get("transaction_id") in {None, line["id"]}
    ]
    size = min(int(call.query.get("page_size", 100)), _PAGE_MAX)
    page = max(int(call.query.get("page", 1)), 1)
    return 200, {
        "transaction_details": [
            {"transaction_info": _info(line)} for line in lines[(page - 1) * size : page * size]
        ],
        "account_number": MERCHANT_ID,
        "start_date": call.query["start_date"],
        "end_date": call.query["end_date"],
        "last_refreshed_datetime": iso(call.world.now()),
        "page": page,
        "total_items": len(lines),
        "total_pages": -(-len(lines) // size),
        "links": [link(call.world, "self", "/v1/reporting/transactions")],
    }


def _check_allowed(call: Call) -> None:
    """Not every account may read reports: the app needs the permission for them."""
    if call.world.store.get("switch", "paypal_reports"):
        raise PayPalError(403, "NOT_AUTHORIZED")


def _time(call: Call, name: str) -> datetime:
    raw = call.query.get(name, "")
    try:
        at = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        raise malformed("INVALID_PARAMETER_SYNTAX", "Not a date.", field=name, value=raw) from None
    if at.tzinfo is None:
        raise malformed("INVALID_PARAMETER_SYNTAX", "No time zone.", field=name, value=raw)
    return at


def _info(line: Json) -> Json:
    currency, at = line["currency"], iso(line["at"])
    info: Json = {
        "paypal_account_id": MERCHANT_ID,
        "transaction_id": line["id"],
        "transaction_event_code": line["code"],
        "transaction_initiation_date": at,
        "transaction_updated_date": at,
        "transaction_amount": money(line["amount"], currency),
        "transaction_status": "S",
    }
    if line["fee"]:
        info["fee_amount"] = money(line["fee"], currency)
    if line["reference"]:
        info |= {"paypal_reference_id": line["reference"], "paypal_reference_id_type": "TXN"}
    for name, field in (("invoice", "invoice_id"), ("custom", "custom_field")):
        if line[name]:
            info[field] = line[name]
    return info
