from __future__ import annotations

from urllib.parse import urlencode

from apps.sandbox import pages
from apps.sandbox.http import Json, Request, Response, Route, redirect
from apps.sandbox.paypal import orders
from apps.sandbox.paypal.errors import PayPalError
from apps.sandbox.paypal.money import minor_of, value
from apps.sandbox.world import World

_STYLE = {"style": "sandbox.css", "provider": "PayPal"}


def show(world: World, request: Request) -> Response:
    key = request.params().get("token", "")
    try:
        with world.turn():
            order = orders.get(world, key)
    except PayPalError:
        return pages.page("gone", 404, **_STYLE)
    if order["status"] == "COMPLETED":
        return pages.page("paypal_closed", 410, **_context(world, order))
    return pages.page("paypal_pay", **_context(world, order))


def act(world: World, request: Request) -> Response:
    action = request.form().get("action", "")
    key = request.params().get("token", "")
    try:
        with world.turn():
            order = orders.get(world, key)
            if action not in orders.FUNDINGS:
                return show(world, request)
            orders.approve(world, key, action)
    except PayPalError:
        return show(world, request)
    return redirect(_back(order["_return_url"], token=key, PayerID=orders.BUYER_ID))


def _back(url: str, **values: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"


def _context(world: World, order: Json) -> Json:
    unit = order["purchase_units"][0]
    currency = unit["amount"]["currency_code"]
    items = []
    for item in unit.get("items", ()):
        total = minor_of(item["unit_amount"]) * int(item["quantity"])
        items.append(
            {
                "name": item["name"],
                "quantity": item["quantity"],
                "amount": f"{value(total, currency)} {currency}",
            }
        )
    return _STYLE | {
        "merchant": order["_brand"],
        "order": order,
        "description": unit.get("description", ""),
        "items": items,
        "total": f"{unit['amount']['value']} {currency}",
        "left": pages.minutes_left(order["_until"] - world.time()),
        "declined": order["_funding"] == "declined",
        "cancel_url": _back(order["_cancel_url"], token=order["id"]),
        "return_url": _back(order["_return_url"], token=order["id"], PayerID=orders.BUYER_ID),
    }


PAGES = (
    Route("GET", "/checkoutnow", "paypal.page.show", show),
    Route("POST", "/checkoutnow", "paypal.page.act", act),
)
