from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.stripe import params
from apps.sandbox.stripe.call import Call, listing, public
from apps.sandbox.stripe.errors import InvalidParam, StripeError, no_such
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.line_items import line_items
from apps.sandbox.stripe.lists import matching, page
from apps.sandbox.world import World

EXPIRES_SECONDS_MIN = 30 * 60
EXPIRES_SECONDS_MAX = 24 * 60 * 60
# Stripe counts from its own arrival time; a call may have been on its way for a moment.
_GRACE_SECONDS = 10
MINIMUM_MINOR = {
    "gbp": 30, "dkk": 250, "sek": 300, "nok": 300, "czk": 1500, "pln": 200, "huf": 17500
}  # fmt: skip
_MINIMUM_MINOR_ELSE = 50
_TOTAL_MINOR_MAX = 99_999_999
_METHODS = ("card", "sepa_debit")
_LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl"
    " pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
).split()
_KNOWN = (
    "mode line_items success_url cancel_url client_reference_id customer_email locale submit_type"
    " adaptive_pricing expires_at metadata payment_intent_data payment_method_types ui_mode expand"
).split()
_INTENT_KNOWN = "metadata transfer_group description receipt_email statement_descriptor_suffix"


def create(call: Call) -> Json:
    given, world = call.params, call.world
    params.only(given, _KNOWN)
    params.required(given, "mode", "line_items", "success_url")
    if given["mode"] != "payment":
        raise InvalidParam("The sandbox only knows mode=payment", param="mode")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise InvalidParam("The sandbox only knows ui_mode=hosted_page", param="ui_mode")
    items = line_items(given["line_items"], at=world.now())
    total = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"]
    _check_total(total, currency)
    key = stripe_id("cs_test", 58)
    session = _blank(key, world) | {
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": _url(given, "cancel_url"),
        "client_reference_id": params.text(given, "client_reference_id", longest=200),
        "currency": currency,
        "customer_email": _email(given),
        "expires_at": _expires_at(given, world.now()),
        "locale": params.one_of(given, "locale", _LOCALES, None),
        "metadata": params.metadata(given),
        "payment_method_types": _methods(given),
        "submit_type": params.one_of(given, "submit_type", ("auto", "book", "donate", "pay"), None),
        "success_url": _url(given, "success_url"),
        "url": f"{world.options.public_url}/c/pay/{key}",
        "_line_items": items,
        "_intent_data": _intent_data(given),
    }
    world.store.put("checkout.session", key, session)
    wait = session["expires_at"] - world.time()
    world.later(wait, "stripe.expire_session", name=f"expire:{key}", session=key)
    return public(session)


def retrieve(call: Call, key: str) -> Json:
    params.only(call.params, ("expand",))
    return public(get(call.world, key))


def find(call: Call) -> Json:
    filters = ("payment_intent", "status")
    rows = matching(call, "checkout.session", filters)
    return page(call, rows, "/v1/checkout/sessions", filters=filters)


def find_line_items(call: Call, key: str) -> Json:
    params.only(call.params, ("limit", "starting_after", "ending_before", "expand"))
    url = f"/v1/checkout/sessions/{key}/line_items"
    return listing(get(call.world, key)["_line_items"], url)


def expire(call: Call, key: str) -> Json:
    params.only(call.params, ("expand",))
    session = get(call.world, key)
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of {session['status']}."
        )
    end(call.world, key)
    return public(get(call.world, key))


def end(world: World, session: str) -> None:
    """Also the job at `expires_at`."""
    row = world.store.need("checkout.session", session)
    if row["status"] != "open":
        return
    row |= {"status": "expired", "url": None}
    world.store.put("checkout.session", session, row)
    world.forget(f"expire:{session}")
    emit(world, "checkout.session.expired", row)


def get(world: World, key: str) -> Json:
    session = world.store.get("checkout.session", key)
    if session is None:
        raise no_such("checkout.session", key)
    return session


def _check_total(total: int, currency: str) -> None:
    least = MINIMUM_MINOR.get(currency, _MINIMUM_MINOR_ELSE)
    if 0 < total < least:
        raise InvalidParam(
            "The Checkout Session's total amount must convert to at least 50 cents.",
            code="amount_too_small",
            param="line_items",
        )
    if total > _TOTAL_MINOR_MAX:
        raise InvalidParam(
            "The Checkout Session's total amount must be no more than 999,999.99.",
            code="amount_too_large",
            param="line_items",
        )


def _expires_at(given: Json, now: int) -> int:
    if "expires_at" not in given:
        return now + EXPIRES_SECONDS_MAX
    value = params.integer(given, "expires_at")
    if value < now + EXPIRES_SECONDS_MIN - _GRACE_SECONDS:
        raise InvalidParam(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if value > now + EXPIRES_SECONDS_MAX:
        raise InvalidParam(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return value


def _url(given: Json, name: str) -> str | None:
    value = params.text(given, name)
    if value is not None:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise InvalidParam("Not a valid URL", code="url_invalid", param=name)
    return value


def _email(given: Json) -> str | None:
    value = params.text(given, "customer_email", longest=800)
    if value is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise InvalidParam(f"Invalid email address: {value}", code="email_invalid",
                           param="customer_email")  # fmt: skip
    return value


def _methods(given: Json) -> list[str]:
    methods = given.get("payment_method_types") or list(_METHODS)
    if not isinstance(methods, list) or not set(methods) <= set(_METHODS):
        raise InvalidParam("The sandbox knows card and sepa_debit", param="payment_method_types")
    return methods


def _intent_data(given: Json) -> Json:
    data = given.get("payment_intent_data") or {}
    params.only(data, _INTENT_KNOWN.split(), inside="payment_intent_data")
    return {
        "metadata": params.metadata(data, inside="payment_intent_data"),
        "transfer_group": params.text(data, "transfer_group"),
        "description": params.text(data, "description", longest=1000),
        "receipt_email": params.text(data, "receipt_email"),
        "statement_descriptor_suffix": params.text(data, "statement_descriptor_suffix", longest=22),
    }


def _blank(key: str, world: World) -> dict[str, Any]:
    """Every field a payment session has, before anything was chosen."""
    off: Json = {"enabled": False}
    nothing = (
        "after_expiration allow_promotion_codes billing_address_collection client_secret"
        " collected_information consent consent_collection currency_conversion customer"
        " customer_account customer_details invoice origin_context payment_intent payment_link"
        " payment_method_configuration_details permissions recovered_from"
        " saved_payment_method_options setup_intent shipping_address_collection shipping_cost"
        " subscription wallet_options"
    ).split()
    texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {
        "id": key,
        "object": "checkout.session",
        **dict.fromkeys(nothing),
        "adaptive_pricing": off,
        "automatic_tax": off | {"liability": None, "provider": None, "status": None},
        "created": world.now(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(texts),
        "customer_creation": "if_required",
        "discounts": [],
        "livemode": False,
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_status": "unpaid",
        "phone_number_collection": off,
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
