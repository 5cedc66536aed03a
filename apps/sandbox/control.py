from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from apps.sandbox import commands, deliveries, faults, pages
from apps.sandbox.dispute_commands import disputes_shown
from apps.sandbox.http import Json, Request, Response, Route, json_response, redirect
from apps.sandbox.paypal import book
from apps.sandbox.paypal.money import value
from apps.sandbox.stripe import balance
from apps.sandbox.world import World

_SHOWN_MAX = 50


def post(world: World, request: Request) -> Response:
    """`{"command": "pay", "session": "cs_…"}` → `{"answer": …}`, or 400 with an error."""
    try:
        given = json.loads(request.body)
        answer = commands.run(world, given.pop("command"), given)
    except (ValueError, KeyError, commands.BadCommand) as error:
        return json_response(400, {"error": str(error)})
    return json_response(200, {"answer": answer})


def show(world: World, request: Request) -> Response:
    world.tick()
    store = world.store
    return pages.page(
        "control",
        style="../sandbox.css",
        provider="Stripe and PayPal",
        said=request.params().get("said", ""),
        switches=deliveries.switches(world),
        faults=store.oldest("fault"),
        fault_kinds=faults.KINDS,
        reports=store.get("switch", "paypal_reports") is None,
        shift=pages.minutes_left(world.shift),
        balances=_balances(world),
        accounts=store.newest("account")[:_SHOWN_MAX],
        payments=_payments(world),
        payouts=_payouts(world),
        disputes=_disputes(world),
        deliveries=store.newest("delivery")[:_SHOWN_MAX],
    )


def submit(world: World, request: Request) -> Response:
    form = request.form()
    command = form.pop("command", "")
    args: dict[str, Any] = {name: text for name, text in form.items() if text != ""}
    if command == "switch_webhooks":
        args = {
            "duplicate": "duplicate" in form,
            "disorder": "disorder" in form,
            "delay": float(form.get("delay") or 0),
            "drop": int(form.get("drop") or 0),
        }
    try:
        commands.run(world, command, args)
    except (ValueError, commands.BadCommand) as error:
        said = str(error)
    else:
        said = f"Done: {command}"
    return redirect(f"?{urlencode({'said': said})}")


def _balances(world: World) -> list[Json]:
    stripe = balance.sums(world)
    rows = [
        {
            "provider": "Stripe",
            "available": pages.amount(available, currency),
            "pending": pages.amount(pending, currency),
        }
        for currency, (available, pending) in stripe.items()
    ]
    return rows + [
        {"provider": "PayPal", "available": f"{value(minor, currency)} {currency}", "pending": ""}
        for currency, minor in book.balances(world).items()
    ]


def _payments(world: World) -> list[Json]:
    sessions = [
        {
            "id": row["id"],
            "what": "Stripe session",
            "amount": pages.amount(row["amount_total"], row["currency"]),
            "state": f"{row['status']}, {row['payment_status']}",
            "taken": row["payment_status"] == "paid",
            "warns": True,
            "page": row["url"],
        }
        for row in world.store.newest("checkout.session")[:_SHOWN_MAX]
    ]
    return sessions + [
        {
            "id": row["id"],
            "what": "PayPal order",
            "amount": "{value} {currency_code}".format(**row["purchase_units"][0]["amount"]),
            "state": row["status"].lower(),
            "taken": row["status"] == "COMPLETED",
            "page": f"{world.options.public_url}/checkoutnow?token={row['id']}",
        }
        for row in world.store.newest("order")[:_SHOWN_MAX]
    ]


def _disputes(world: World) -> list[Json]:
    return [
        {
            "id": row["id"],
            "amount": row.get("text") or pages.amount(row["amount"], row["currency"]),
            "state": row["state"],
        }
        for row in disputes_shown(world, _SHOWN_MAX)
    ]


def _payouts(world: World) -> list[Json]:
    transfers = [
        {
            "id": row["id"],
            "to": row["destination"],
            "amount": pages.amount(row["amount"], row["currency"]),
            "state": "reversed" if row["reversed"] else "transferred",
        }
        for row in world.store.newest("transfer")[:_SHOWN_MAX]
    ]
    return transfers + [
        {
            "id": row["id"],
            "to": row["receiver"],
            "amount": f"{value(row['amount'], row['currency'])} {row['currency']}",
            "state": row["status"].lower(),
        }
        for row in world.store.newest("payout_item")[:_SHOWN_MAX]
    ]


PAGES = (
    Route("POST", "/control", "control", post),
    Route("GET", "/control/", "control.page.show", show),
    Route("POST", "/control/", "control.page.submit", submit),
)
