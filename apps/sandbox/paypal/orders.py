from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import captures
from apps.sandbox.paypal.call import MERCHANT_EMAIL, MERCHANT_ID, Call, link, public
from apps.sandbox.paypal.errors import PayPalError, issue, malformed, not_found, refused
from apps.sandbox.paypal.order_checks import check_unit
from apps.sandbox.paypal.webhooks import emit
from apps.sandbox.world import World, iso

# 3 h to send the buyer to PayPal, 3 h more to approve and capture.
LIFE_SECONDS = 3 * 60 * 60
FUNDINGS = ("approve", "declined", "echeck", "echeck_bounces", "echeck_declined")
BUYER_EMAIL = "buyer@sandbox.example.com"
BUYER_ID = "BUYER22222222"


def create(call: Call) -> tuple[int, Json]:
    body, world = call.body, call.world
    if body.get("intent") not in {"CAPTURE", "AUTHORIZE"}:
        raise malformed("INVALID_PARAMETER_VALUE", "intent is required.", field="/intent")
    if body["intent"] == "AUTHORIZE":
        raise refused("UNSUPPORTED_INTENT", "The sandbox only knows CAPTURE.", field="/intent")
    units = body.get("purchase_units")
    if not isinstance(units, list) or len(units) != 1:
        raise malformed(
            "INVALID_ARRAY_LENGTH", "The sandbox wants one purchase unit.", field="/purchase_units"
        )
    wallet = (body.get("payment_source") or {}).get("paypal")
    if wallet is not None and not call.key:
        raise malformed("PAYPAL_REQUEST_ID_REQUIRED", "A PayPal-Request-Id is required.")
    experience = (wallet or {}).get("experience_context") or body.get("application_context") or {}
    payee = {"email_address": MERCHANT_EMAIL, "merchant_id": MERCHANT_ID}
    key = paypal_id()
    order: Json = {
        "id": key,
        "intent": "CAPTURE",
        "status": "CREATED" if wallet is None else "PAYER_ACTION_REQUIRED",
        "purchase_units": [check_unit(units[0]) | {"payee": payee}],
        "create_time": iso(world.now()),
        "_return_url": experience.get("return_url", ""),
        "_cancel_url": experience.get("cancel_url", ""),
        "_brand": experience.get("brand_name") or world.options.merchant,
        "_wallet": wallet is not None,
        "_until": world.now() + LIFE_SECONDS,
        "_funding": "",
    }
    if wallet is not None:
        order["payment_source"] = {"paypal": {}}
    world.store.put("order", key, order)
    return (201 if wallet is None else 200), _answer(call, order)


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, show(call, key)


def show(call: Call, key: str) -> Json:
    return full(call.world, get(call.world, key))


def capture(call: Call, key: str) -> tuple[int, Json]:
    world = call.world
    order = get(world, key)
    _check_capturable(order)
    unit = order["purchase_units"][0]
    if captures.invoice_taken(world, unit.get("invoice_id")):
        raise refused(
            "DUPLICATE_INVOICE_ID",
            "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account"
            " setting requires that Invoice Id be unique for each transaction.",
        )
    if order["_funding"] == "declined":
        raise PayPalError(
            422,
            "UNPROCESSABLE_ENTITY",
            issue(
                "INSTRUMENT_DECLINED",
                "The instrument presented was either declined by the processor or bank, or it"
                " can't be used for this payment.",
            ),
            links=[_approval_link(world, order, "redirect")],
        )
    world.forget(f"approval:{key}")
    made = captures.make(world, order)
    order |= {"status": "COMPLETED", "update_time": iso(world.now()), "_capture": made["id"]}
    world.store.put("order", key, order)
    return 201, _answer(call, order)


def approve(world: World, key: str, funding: str) -> Json:
    """What the buyer does on the hosted page; `funding` decides what a capture will find."""
    if funding not in FUNDINGS:
        raise ValueError(f"unknown funding {funding!r}; known: {', '.join(FUNDINGS)}")
    order = get(world, key)
    if order["status"] == "COMPLETED":
        raise refused("ORDER_ALREADY_CAPTURED", "Order already captured.")
    name = {"given_name": "Sandbox", "surname": "Buyer"}
    order |= {
        "status": "APPROVED",
        "update_time": iso(world.now()),
        "payer": {
            "name": name,
            "email_address": BUYER_EMAIL,
            "payer_id": BUYER_ID,
            "address": {"country_code": "DE"},
        },
        "payment_source": {
            "paypal": {
                "email_address": BUYER_EMAIL,
                "account_id": BUYER_ID,
                "account_status": "VERIFIED",
                "name": name,
                "address": {"country_code": "DE"},
            }
        },
        "_funding": funding,
        "_until": world.now() + LIFE_SECONDS,
    }
    world.store.put("order", key, order)
    world.later(LIFE_SECONDS, "paypal.reverse_approval", name=f"approval:{key}", order=key)
    emit(world, "CHECKOUT.ORDER.APPROVED", "checkout-order", full(world, order))
    return order


def reverse_approval(world: World, order: str) -> None:
    """Approved, but not captured in time."""
    row = world.store.need("order", order)
    if row["status"] == "APPROVED":
        subject = {
            "order_id": order,
            "purchase_units": row["purchase_units"],
            "payment_source": row["payment_source"],
        }
        emit(world, "CHECKOUT.PAYMENT-APPROVAL.REVERSED", "payment-approval", subject)


def get(world: World, key: str) -> Json:
    order = world.store.get("order", key)
    if order is None or (order["_until"] <= world.now() and order["status"] != "COMPLETED"):
        raise not_found(key)
    return order


def full(world: World, order: Json) -> Json:
    shown = public(order)
    if "_capture" in order:
        capture_row = world.store.need("capture", order["_capture"])
        unit = order["purchase_units"][0] | {"payments": captures.collection(world, capture_row)}
        shown["purchase_units"] = [unit]
    return shown | {"links": _links(world, order)}


def _answer(call: Call, order: Json) -> Json:
    whole = full(call.world, order)
    if call.representation:
        return whole
    names = ["id", "status", "payment_source", "links"]
    short: Json = {name: whole[name] for name in names if name in whole}
    if order["status"] == "COMPLETED":
        unit = whole["purchase_units"][0]
        short["purchase_units"] = [{n: unit[n] for n in ("reference_id", "payments")}]
        short["payer"] = whole["payer"]
    return short


def _check_capturable(order: Json) -> None:
    if order["status"] == "COMPLETED":
        raise refused(
            "ORDER_ALREADY_CAPTURED",
            "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed.",
        )
    if order["status"] != "APPROVED":
        raise refused(
            "ORDER_NOT_APPROVED",
            "Payer has not yet approved the Order for payment. Please redirect the payer to the"
            " 'rel':'approve' url returned as part of the HATEOAS links within the Create Order"
            " call or provide a valid payment_source in the request.",
        )


def _links(world: World, order: Json) -> list[Json]:
    path = f"/v2/checkout/orders/{order['id']}"
    links: list[dict[str, Any]] = [link(world, "self", path)]
    if order["status"] in {"CREATED", "PAYER_ACTION_REQUIRED"}:
        rel = "payer-action" if order["_wallet"] else "approve"
        links.append(_approval_link(world, order, rel))
        if not order["_wallet"]:
            links.append(link(world, "update", path, "PATCH"))
            links.append(link(world, "capture", f"{path}/capture", "POST"))
    elif order["status"] == "APPROVED":
        links.append(link(world, "update", path, "PATCH"))
        links.append(link(world, "capture", f"{path}/capture", "POST"))
    return links


def _approval_link(world: World, order: Json, rel: str) -> Json:
    url = f"{world.options.public_url}/checkoutnow?token={order['id']}"
    return {"href": url, "rel": rel, "method": "GET"}
