from __future__ import annotations

from datetime import UTC, datetime

from apps.sandbox import pages
from apps.sandbox.http import Json, Request, Response, Route, redirect
from apps.sandbox.stripe import paying
from apps.sandbox.world import World


def show(world: World, request: Request, key: str) -> Response:
    with world.turn():
        session = world.store.get("checkout.session", key)
    if session is None:
        return pages.page("gone", 404, style="../../sandbox.css", provider="Stripe")
    if session["status"] != "open":
        return pages.page("stripe_closed", 410, **_context(world, session))
    return pages.page(
        "stripe_pay", declined="declined" in request.query, **_context(world, session)
    )


def act(world: World, request: Request, key: str) -> Response:
    form = request.form()
    session = world.store.get("checkout.session", key)
    if session is None:
        return show(world, request, key)
    method = paying.METHODS.get(form.get("action", ""))
    if method is None:
        return show(world, request, key)
    try:
        with world.turn():
            method(world, key, form.get("email", ""))
    except paying.NotPayable:
        return show(world, request, key)
    if form["action"] == "decline":
        return redirect("?declined=1")
    return redirect(_success_url(session))


def _success_url(session: Json) -> str:
    return str(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _context(world: World, session: Json) -> Json:
    items = [
        {
            "name": item["description"],
            "quantity": item["quantity"],
            "amount": pages.amount(item["amount_total"], item["currency"]),
        }
        for item in session["_line_items"]
    ]
    return {
        "style": "../../sandbox.css",
        "provider": "Stripe",
        "merchant": world.options.merchant,
        "session": session,
        "items": items,
        "total": pages.amount(session["amount_total"], session["currency"]),
        "left": pages.minutes_left(session["expires_at"] - world.time()),
        "until": datetime.fromtimestamp(session["expires_at"], UTC).strftime("%H:%M UTC"),
        "debit": "sepa_debit" in session["payment_method_types"],
        "success_url": _success_url(session),
    }


PAGES = (
    Route("GET", "/c/pay/{key}", "stripe.page.show", show),
    Route("POST", "/c/pay/{key}", "stripe.page.act", act),
)
