from __future__ import annotations

from apps.sandbox import pages
from apps.sandbox.http import Json, Request, Response, Route, redirect
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import accounts, params
from apps.sandbox.stripe.call import Call
from apps.sandbox.world import World, iso

LINK_SECONDS = 5 * 60
_STYLE: Json = {"style": "../sandbox.css", "provider": "Stripe"}


def create(call: Call) -> Json:
    """The v1 form."""
    given = call.params
    params.only(given, ("account", "type", "refresh_url", "return_url", "collect", "expand"))
    params.required(given, "account", "type", "refresh_url", "return_url")
    link = _make(call.world, given["account"], given["refresh_url"], given["return_url"])
    return {
        "object": "account_link",
        "created": link["created"],
        "expires_at": link["expires_at"],
        "url": link["url"],
    }


def create_v2(call: Call) -> Json:
    given = call.params
    params.only(given, ("account", "use_case"))
    params.required(given, "account", "use_case")
    use_case = given["use_case"]
    params.required(use_case, "type", inside="use_case")
    details = use_case.get(use_case["type"]) or {}
    params.required(details, "refresh_url", inside=f"use_case[{use_case['type']}]")
    link = _make(
        call.world,
        given["account"],
        details["refresh_url"],
        details.get("return_url", ""),
        collects=(details.get("collection_options") or {}).get("fields", "currently_due"),
    )
    return {
        "object": "v2.core.account_link",
        "account": given["account"],
        "created": iso(link["created"]).replace("Z", ".000Z"),
        "expires_at": iso(link["expires_at"]).replace("Z", ".000Z"),
        "livemode": False,
        "url": link["url"],
        "use_case": use_case,
    }


def show(world: World, _request: Request, key: str) -> Response:
    """A link opens once, for five minutes; afterwards the platform is asked for a new one."""
    with world.turn():
        link = world.store.get("account_link", key)
        if link is None:
            return pages.page("gone", 404, **_STYLE)
        if link["used"] or link["expires_at"] <= world.now():
            return redirect(link["refresh_url"])
        link["used"] = True
        world.store.put("account_link", key, link)
        account = accounts.get(world, link["account"])
    return pages.page("onboarding", account=account, link=link, **_STYLE)


def act(world: World, request: Request, key: str) -> Response:
    with world.turn():
        link = world.store.get("account_link", key)
        if link is None:
            return pages.page("gone", 404, **_STYLE)
        if request.form().get("action") == "complete":
            accounts.submit(world, link["account"])
    return redirect(link["return_url"])


def _make(
    world: World,
    account: str,
    refresh_url: str,
    return_url: str,
    *,
    collects: str = "currently_due",
) -> Json:
    accounts.get(world, account, param="account")
    key = stripe_id("link")
    return world.store.put(
        "account_link",
        key,
        {
            "account": account,
            "collects": collects,
            "created": world.now(),
            "expires_at": world.now() + LINK_SECONDS,
            "refresh_url": refresh_url,
            "return_url": return_url,
            "url": f"{world.options.public_url}/connect/{key}",
            "used": False,
        },
    )


PAGES = (
    Route("GET", "/connect/{key}", "stripe.onboarding.show", show),
    Route("POST", "/connect/{key}", "stripe.onboarding.act", act),
)
