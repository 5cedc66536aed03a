from __future__ import annotations

import re
from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.paypal.errors import malformed, refused
from apps.sandbox.paypal.money import money, read

_PLUS = ("item_total", "tax_total", "shipping", "handling", "insurance")
_MINUS = ("shipping_discount", "discount")
_TEXT_MAX = 127
_UNIT = "/purchase_units/@reference_id=='default'"


def check_unit(raw: Any) -> Json:
    """The purchase unit of a new order, as PayPal would keep it; raises PayPalError."""
    for name in ("custom_id", "invoice_id", "description"):
        check_text(raw, name, _UNIT)
    amount = raw.get("amount")
    total, currency = read(amount, f"{_UNIT}/amount")
    if total <= 0:
        raise refused(
            "CANNOT_BE_ZERO_OR_NEGATIVE",
            "Must be greater than zero.",
            field=f"{_UNIT}/amount/value",
        )
    kept: Json = {
        "reference_id": raw.get("reference_id", "default"),
        "amount": money(total, currency),
    }
    breakdown = _breakdown(amount.get("breakdown"), total, currency)
    if breakdown:
        kept["amount"]["breakdown"] = breakdown
    if raw.get("items"):
        kept["items"] = _items(raw["items"], breakdown, currency)
    for name in ("description", "custom_id", "invoice_id", "soft_descriptor"):
        if raw.get(name):
            kept[name] = raw[name]
    return kept


def check_text(raw: Json, name: str, field: str, longest: int = _TEXT_MAX) -> None:
    value = raw.get(name)
    if value is not None and (not isinstance(value, str) or not 1 <= len(value) <= longest):
        raise malformed(
            "INVALID_STRING_LENGTH",
            "The value of a field is either too short or too long.",
            field=f"{field}/{name}",
            value=str(value)[:20],
        )


def _breakdown(raw: Json | None, total: int, currency: str) -> Json:
    if not raw:
        return {}
    parts: dict[str, int] = {}
    for name, given in raw.items():
        minor, other = read(given, f"{_UNIT}/amount/breakdown/{name}")
        if other != currency:
            raise refused(
                "MULTI_CURRENCY_ORDER",
                "Multiple differing values of currency_code are not supported.",
            )
        if name not in _PLUS + _MINUS:
            raise malformed("INVALID_PARAMETER_VALUE", f"Unknown breakdown {name}.", field=name)
        parts[name] = minor
    if total != sum(parts.get(n, 0) for n in _PLUS) - sum(parts.get(n, 0) for n in _MINUS):
        raise refused(
            "AMOUNT_MISMATCH",
            "Should equal item_total + tax_total + shipping + handling + insurance -"
            " shipping_discount - discount.",
            field=f"{_UNIT}/amount/value",
            value=str(total),
        )
    return {name: money(minor, currency) for name, minor in parts.items()}


def _items(raw: list[Json], breakdown: Json, currency: str) -> list[Json]:
    if "item_total" not in breakdown:
        raise refused(
            "ITEM_TOTAL_REQUIRED",
            "If item details are specified (items.unit_amount and items.quantity) corresponding"
            " amount.breakdown.item_total is required.",
            field=f"{_UNIT}/amount/breakdown/item_total",
        )
    items, total = [], 0
    for index, item in enumerate(raw):
        field = f"{_UNIT}/items/{index}"
        check_text({"name": item.get("name", "")}, "name", field)
        check_text(item, "description", field, 2048)
        quantity = item.get("quantity")
        if not isinstance(quantity, str) or not re.fullmatch(r"[1-9]\d{0,9}", quantity):
            raise malformed(
                "INVALID_PARAMETER_SYNTAX",
                "The value of a field does not conform to the expected format.",
                field=f"{field}/quantity",
                value=str(quantity),
            )
        unit, other = read(item.get("unit_amount"), f"{field}/unit_amount")
        if other != currency:
            raise refused(
                "MULTI_CURRENCY_ORDER",
                "Multiple differing values of currency_code are not supported.",
            )
        total += unit * int(quantity)
        known = ("name", "description", "sku", "category", "tax")
        items.append(
            {name: item[name] for name in known if name in item}
            | {"quantity": quantity, "unit_amount": money(unit, currency)}
        )
    if money(total, currency) != breakdown["item_total"]:
        raise refused(
            "ITEM_TOTAL_MISMATCH",
            "Should equal sum of (unit_amount * quantity) across all items for a given"
            " purchase_unit.",
            field=f"{_UNIT}/amount/breakdown/item_total/value",
            value=breakdown["item_total"]["value"],
        )
    return items
