"""Holds requests to Stripe and PayPal, and their answers, to the shapes in this folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from apps.sandbox.http import Request, Response, unfold
from tests.specs.held import Held, document, held_to, held_to_named, held_to_part

# Calls we make that no published shape describes.
WITHOUT_SHAPE = (
    "stripe POST /v1/webhook_endpoints",
    "stripe GET /v1/webhook_endpoints",
    "stripe GET /v1/webhook_endpoints/{id}",
    "stripe POST /v1/webhook_endpoints/{id}",
    "stripe DELETE /v1/webhook_endpoints/{id}",
    "stripe GET /v1/transfers/{id}/reversals/{id}",
    "stripe GET /v1/radar/early_fraud_warnings/{id}",
    "paypal POST /v1/customer/disputes/{id}/provide-evidence",
    "paypal POST /v1/oauth2/token",
    "paypal GET /v1/notifications/certs/{id}",
    "paypal GET /v1/reporting/transactions",
)
# The `object` of a Stripe answer → its shape, for members of lists and subjects of events.
_STRIPE_OBJECTS = {
    "account": "R:Account",
    "balance_transaction": "R:BalanceTransaction",
    "charge": "R:Charge",
    "checkout.session": "R:checkout.Session",
    "dispute": "R:Dispute",
    "event": "R:Event",
    "item": "R:LineItem",
    "payment_intent": "R:PaymentIntent",
    "payout": "R:Payout",
    "refund": "R:Refund",
    "transfer": "R:Transfer",
    "transfer_reversal": "R:TransferReversal",
}
# `resource_type` of a PayPal event → the shape of its resource.
_PAYPAL_RESOURCES = {
    "capture": "payments.capture-2",
    "checkout-order": "orders.order",
    "dispute": "disputes.dispute",
    "payouts": "payouts.payout_batch",
    "payouts_item": "payouts.payout_item-2",
    "refund": "payments.refund",
}
_PAYPAL_PATHS = re.compile(
    r"/v1/(oauth2|notifications|payments/payouts|reporting|customer)|/v2/(checkout|payments)"
)
_STRIPE_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {
                "type": {
                    "enum": [
                        "api_error",
                        "card_error",
                        "idempotency_error",
                        "invalid_request_error",
                    ]
                }
            },
        }
    },
}


class ShapeError(AssertionError):
    """What was said differs from the published shape; the message says where."""


def check_exchange(request: Request, response: Response) -> str | None:
    """Both sides of one call; a request is held to its shape only when it was accepted. Returns
    the call when it is one WITHOUT_SHAPE."""
    provider = "paypal" if _PAYPAL_PATHS.match(request.path) else "stripe"
    name = f"{request.method} {request.path}"
    operation = find_operation(provider, request.method, request.path)
    if operation is None:
        return _without_shape(provider, request)
    if response.status >= 400:
        check_error(provider, response.json(), where=name)
        return None
    if provider == "stripe":
        check_stripe_params(operation, _stripe_params(request))
        check_stripe_answer(operation, response.json())
    else:
        check_paypal_request(operation, request)
        check_paypal_answer(operation, response.status, response.json())
    return None


def check_error(provider: str, error: Any, *, where: str) -> None:
    if provider == "stripe":
        _raise(f"error of {where}", held_to(_STRIPE_ERROR), error)
        return
    # A repeated payout batch is named under `link`, as PayPal's sandbox was seen to do; the
    # specification does not know it.
    details = [{k: v for k, v in each.items() if k != "link"} for each in error.get("details", ())]
    shape = {"$ref": "paypal#/$defs/payouts.error"}
    _raise(f"error of {where}", held_to(shape), error | {"details": details})


def find_operation(provider: str, method: str, path: str) -> str | None:
    """The name under which `operations` has this call: `GET /v1/charges/{id}`."""
    matches = [
        name
        for name in document(provider)["operations"]
        if name.startswith(f"{method} ") and _pattern(name).fullmatch(f"{method} {path}")
    ]
    return min(matches, key=lambda name: name.count("{"), default=None)


def check_stripe_params(operation: str, params: Mapping[str, Any]) -> None:
    """`params` as decoded from the form or query: texts, lists, dictionaries."""
    described = document("stripe")["operations"][operation]
    if "params" in described:
        shape = _resolve("stripe", described["params"])
        _raise(
            f"params of {operation}",
            held_to_named("stripe", described["params"]["$ref"]),
            _typed("stripe", shape, params),
        )
    # The published rules are older: names and choices they lack came later.
    if "published" in described:
        shape = described["published"]
        for error in held_to(shape).errors(_typed("stripe", shape, params)):
            if error.validator not in {"additionalProperties", "enum", "anyOf"}:
                raise ShapeError(f"params of {operation}: {error.json_path} {error.message}")


def check_stripe_answer(operation: str, answer: Any) -> None:
    shape = document("stripe")["operations"][operation]["response"]
    _raise(f"answer of {operation}", held_to_named("stripe", shape.get("$ref"), shape), answer)
    if answer.get("object") == "list":
        for member in answer["data"]:
            check_stripe_object(member, where=operation)
    if answer.get("object") == "event":
        check_stripe_object(answer["data"]["object"], where=answer["type"])


def check_stripe_object(answer: Mapping[str, Any], *, where: str) -> None:
    kind = answer["object"]
    if kind in _STRIPE_OBJECTS:
        ref = f"#/$defs/{_STRIPE_OBJECTS[kind]}"
        _raise(f"{kind} in {where}", held_to_named("stripe", ref), answer)


def check_stripe_event(body: bytes) -> None:
    event = json.loads(body)
    _raise(event["type"], held_to_named("stripe", "#/$defs/R:Event"), event)
    check_stripe_object(event["data"]["object"], where=event["type"])


def check_paypal_event(body: bytes) -> None:
    event = json.loads(body)
    name = event["event_type"]
    _raise(name, held_to_named("paypal", "#/$defs/webhooks.event"), event)
    kind = _PAYPAL_RESOURCES.get(event["resource_type"])
    if kind:
        shape = {"$ref": f"paypal#/$defs/{kind}", "unevaluatedProperties": False}
        _raise(f"resource of {name}", held_to(shape), event["resource"])


def check_paypal_request(operation: str, request: Request) -> None:
    described = document("paypal")["operations"][operation]
    for header, shape in described["headers"].items():
        if header in request.headers:
            _raise(f"{header} of {operation}", held_to(shape), request.headers[header])
    query = dict(parse_qsl(request.query))
    known = {each["name"]: each["schema"] for each in described["query"]}
    for name, value in query.items():
        if name not in known:
            raise ShapeError(f"{operation}: unknown query parameter {name}")
        typed = _typed("paypal", known[name], value)
        _raise(f"{name} of {operation}", held_to(known[name]), typed)
    if "request" in described and (request.body.strip() or described.get("body_required")):
        body = json.loads(request.body or b"null")
        _raise(f"body of {operation}", held_to_part("paypal", described["request"]), body)


def check_paypal_answer(operation: str, status: int, answer: Any) -> None:
    responses = document("paypal")["operations"][operation]["responses"]
    if not responses and status == 204:
        return
    # A replayed call answers 200 where the first one answered 201.
    shape = responses.get(str(status)) or (status == 200 and responses.get("201"))
    if not shape:
        raise ShapeError(f"{operation}: {status} is none of {', '.join(responses)}")
    _raise(f"answer of {operation}", held_to_part("paypal", shape), answer)


def _without_shape(provider: str, request: Request) -> str:
    for call in WITHOUT_SHAPE:
        owner, _, name = call.partition(" ")
        if owner == provider and _pattern(name).fullmatch(f"{request.method} {request.path}"):
            return call
    raise ShapeError(f"no shape for {provider} {request.method} {request.path}, and not listed")


def _stripe_params(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return request.params()
    if request.path.startswith("/v2/"):
        return dict(json.loads(request.body or b"{}"))
    return unfold(parse_qsl(request.body.decode(), keep_blank_values=True))


def _raise(what: str, held: Held, value: Any) -> None:
    problems = [f"{error.json_path} {error.message}"[:400] for error in _leaves(held, value)]
    if problems:
        raise ShapeError(f"{what}: " + "; ".join(problems[:5]))


def _leaves(held: Held, value: Any) -> Iterator[Any]:
    for error in held.errors(value):
        # Of several alternatives the one that is not "null" says more.
        parts = [part for part in error.context or () if part.validator != "type"]
        yield parts[0] if len(parts) == 1 else error


def _typed(provider: str, shape: Mapping[str, Any], value: Any) -> Any:
    """Texts of a form or query, as the numbers and booleans the shape wants."""
    shape = _resolve(provider, shape)
    if "anyOf" in shape:
        options = [_typed(provider, option, value) for option in shape["anyOf"]]
        fitting = [
            typed
            for typed, option in zip(options, shape["anyOf"], strict=True)
            if not any(held_to_part(provider, option).errors(typed))
        ]
        return fitting[0] if fitting else value
    if isinstance(value, dict):
        known = shape.get("properties", {})
        return {k: _typed(provider, known.get(k, {}), v) for k, v in value.items()}
    if isinstance(value, list):
        return [_typed(provider, shape.get("items", {}), each) for each in value]
    if shape.get("type") == "integer" and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if shape.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _resolve(provider: str, shape: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in shape:
        shape = document(provider)["$defs"][shape["$ref"].removeprefix("#/$defs/")]
    return shape


@cache
def _pattern(operation: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation)))
