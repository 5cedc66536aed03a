from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import params
from apps.sandbox.stripe.errors import InvalidParam

_ITEMS_MAX = 100


def line_items(raw: Any, *, at: int) -> list[Json]:
    if not isinstance(raw, list) or not raw:
        raise InvalidParam("Invalid array", param="line_items")
    if len(raw) > _ITEMS_MAX:
        raise InvalidParam("Too many line items: at most 100", param="line_items")
    items = [_item(each, f"line_items[{index}]", at) for index, each in enumerate(raw)]
    if len({item["currency"] for item in items}) > 1:
        raise InvalidParam("All line items must have the same currency", param="line_items")
    return items


def _item(raw: Json, inside: str, at: int) -> Json:
    params.only(raw, ("price_data", "quantity", "metadata"), inside=inside)
    params.required(raw, "price_data", "quantity", inside=inside)
    data, where = raw["price_data"], f"{inside}[price_data]"
    known = ("currency", "unit_amount", "product_data", "tax_behavior")
    params.only(data, known, inside=where)
    params.required(data, "currency", "unit_amount", "product_data", inside=where)
    product, product_where = data["product_data"], f"{where}[product_data]"
    params.only(product, ("name", "description", "images", "metadata"), inside=product_where)
    params.required(product, "name", inside=product_where)
    quantity = params.integer(raw, "quantity", inside=inside, least=1)
    unit = params.integer(data, "unit_amount", inside=where, least=0)
    currency = params.currency(data, inside=where)
    return {
        "id": stripe_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": unit * quantity,
        "amount_tax": 0,
        "amount_total": unit * quantity,
        "currency": currency,
        "description": product["name"],
        "metadata": raw.get("metadata") or {},
        "price": _price(currency, unit, data.get("tax_behavior"), at),
        "quantity": quantity,
    }


def _price(currency: str, unit: int, tax_behavior: str | None, at: int) -> Json:
    return {
        "id": stripe_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": at,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": stripe_id("prod", 14),
        "recurring": None,
        "tax_behavior": tax_behavior or "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit,
        "unit_amount_decimal": str(unit),
    }
