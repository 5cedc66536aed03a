from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from apps.sandbox import faults
from apps.sandbox.http import Json, Request, Response, Route, json_response
from apps.sandbox.stripe.call import API_VERSION, Call
from apps.sandbox.stripe.errors import InvalidParam, StripeError
from apps.sandbox.stripe.expand import expand
from apps.sandbox.world import World

KEY_SECONDS = 24 * 60 * 60
_KEY_LENGTH_MAX = 255
_FORM_TYPE = "application/x-www-form-urlencoded"


def serve(world: World, request: Request, route: Route, args: dict[str, str]) -> Response:
    try:
        _authorise(world, request)
        call = _call(world, request)
        if request.method == "POST" and call.key:
            response = _once(call, request, route, args)
        else:
            response = faults.around(world, route.operation, lambda: _work(call, route, args))
    except StripeError as error:
        return error.response()
    response.headers |= {
        "Request-Id": call.request_id,
        "Stripe-Version": request.header("stripe-version") or API_VERSION,
    }
    if call.key:
        response.headers["Idempotency-Key"] = call.key
    return response


def not_found(request: Request) -> Response:
    return StripeError(
        f"Unrecognized request URL ({request.method}: {request.path}).", status=404
    ).response()


def _authorise(world: World, request: Request) -> None:
    scheme, _, given = request.header("authorization").partition(" ")
    if scheme.lower() == "basic":
        given = base64.b64decode(given).decode().partition(":")[0]
    if not given:
        raise StripeError("You did not provide an API key.", status=401)
    if not hmac.compare_digest(given, world.options.stripe_secret_key):
        raise StripeError(f"Invalid API Key provided: {given[:8]}****{given[-4:]}", status=401)


def _call(world: World, request: Request) -> Call:
    if request.method != "POST":
        given = request.params()
    else:
        given = _json(request.body) if request.path.startswith("/v2/") else _form(request)
    return Call(
        world,
        given,
        account=request.header("stripe-account"),
        key=request.header("idempotency-key"),
    )


def _json(raw: bytes) -> Json:
    try:
        given = json.loads(raw or b"{}")
    except ValueError as error:
        raise InvalidParam("Invalid request body: not JSON") from error
    if not isinstance(given, dict):
        raise InvalidParam("Invalid request body: not an object")
    return given


def _form(request: Request) -> Json:
    if request.body and not request.header("content-type").startswith(_FORM_TYPE):
        raise InvalidParam(f"Invalid request: use the Content-Type {_FORM_TYPE}")
    try:
        return request.form()
    except UnicodeDecodeError as error:
        raise InvalidParam("Invalid request body: not UTF-8") from error


def _once(call: Call, request: Request, route: Route, args: dict[str, str]) -> Response:
    """The same key replays the first answer, errors of a call that ran included."""
    if len(call.key) > _KEY_LENGTH_MAX:
        raise StripeError("Idempotency keys must be at most 255 characters.")
    slot = f"stripe:{call.key}"
    fingerprint = hashlib.sha256(
        f"{request.method} {request.path} {json.dumps(call.params, sort_keys=True)}".encode()
    ).hexdigest()
    with call.world.in_flight(slot) as mine:
        if not mine:
            raise StripeError(
                "There is currently another in-progress request using this Stripe-Idempotency-Key"
                f" ({call.key}).",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        first = call.world.store.get("stripe_key", call.key)
        if first is None or first["at"] < call.world.now() - KEY_SECONDS:
            return faults.around(
                call.world,
                route.operation,
                lambda: _work(call, route, args, fingerprint=fingerprint),
            )
    if first["fingerprint"] != fingerprint:
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{call.key}' if you meant to execute a"
            " different request.",
            kind="idempotency_error",
        )
    replayed = {"Idempotent-Replayed": "true", "Original-Request": first["request"]}
    return json_response(first["status"], first["body"], replayed)


def _work(call: Call, route: Route, args: dict[str, str], *, fingerprint: str = "") -> Response:
    try:
        with call.world.turn():
            answer: Json = expand(call, route.handler(call, **args))
            _remember(call, fingerprint, 200, answer)
    except InvalidParam:
        raise
    except StripeError as error:
        refusal = error.response()
        with call.world.turn():
            _remember(call, fingerprint, error.status, refusal.json())
        return refusal
    return json_response(200, answer)


def _remember(call: Call, fingerprint: str, status: int, body: Any) -> None:
    if fingerprint:
        call.world.store.put(
            "stripe_key",
            call.key,
            {
                "fingerprint": fingerprint,
                "status": status,
                "body": body,
                "request": call.request_id,
                "at": call.world.now(),
            },
        )
