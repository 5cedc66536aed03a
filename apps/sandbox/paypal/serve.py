from __future__ import annotations

import json
from email import message_from_bytes
from typing import Any

from apps.sandbox import faults
from apps.sandbox.http import Json, Request, Response, Route, json_response
from apps.sandbox.ids import debug_id
from apps.sandbox.paypal import certs, tokens
from apps.sandbox.paypal.call import Call
from apps.sandbox.paypal.errors import PayPalError, issue, malformed
from apps.sandbox.paypal.replays import REPLAYS
from apps.sandbox.world import World


def serve(world: World, request: Request, route: Route, args: dict[str, str]) -> Response:
    try:
        if route.handler is certs.chain:
            return certs.chain(world, **args)
        if route.handler is tokens.create:
            return faults.around(world, route.operation, lambda: tokens.create(world, request))
        tokens.check(world, request)
        call = _call(world, request)
        if call.key and route.operation in REPLAYS:
            response = _once(call, route, args)
        else:
            response = faults.around(world, route.operation, lambda: _work(call, route, args))
    except PayPalError as error:
        response = error.response()
    response.headers.setdefault("Paypal-Debug-Id", debug_id())
    return response


def _call(world: World, request: Request) -> Call:
    body: Any = {}
    if request.method in {"POST", "PATCH"}:
        body = _json(_input(request))
    return Call(
        world,
        body,
        request.body,
        request.params(),
        key=request.header("paypal-request-id"),
        representation="return=representation" in request.header("prefer"),
    )


def _input(request: Request) -> bytes:
    """The JSON, alone or as the part "input" of a form."""
    kind = request.header("content-type")
    if kind.startswith("application/json"):
        return request.body
    if not kind.startswith("multipart/form-data"):
        raise PayPalError(415, "UNSUPPORTED_MEDIA_TYPE")
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    for part in form.walk():
        if part.get_param("name", header="content-disposition") == "input":
            return bytes(part.get_payload(decode=True))
    raise malformed("MISSING_REQUIRED_PARAMETER", "A required field is missing.", field="/input")


def _json(raw: bytes) -> Any:
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise malformed("MALFORMED_REQUEST_JSON", str(error)) from error
    if not isinstance(body, dict):
        raise malformed("MALFORMED_REQUEST_JSON", "The request body is not an object.")
    return body


def _once(call: Call, route: Route, args: dict[str, str]) -> Response:
    """The same key names the resource the first call made, as it is now; what failed is not
    remembered."""
    replay = REPLAYS[route.operation]
    slot = f"{route.operation}:{call.key}"
    with call.world.in_flight(f"paypal:{slot}") as mine:
        if not mine:
            raise PayPalError(
                409,
                "RESOURCE_CONFLICT",
                issue(
                    "PREVIOUS_REQUEST_IN_PROGRESS",
                    "A previous request on this resource is currently in progress.",
                ),
            )
        first = call.world.store.get("paypal_key", slot)
        if first is None or first["at"] < call.world.now() - replay.keep_seconds:
            return faults.around(
                call.world, route.operation, lambda: _work(call, route, args, slot=slot)
            )
    with call.world.turn():
        return json_response(200, replay.show(call, first["resource"]))


def _work(call: Call, route: Route, args: dict[str, str], *, slot: str = "") -> Response:
    with call.world.turn():
        status, body = route.handler(call, **args)
        if slot:
            made: Json = {"resource": body["id"], "at": call.world.now()}
            call.world.store.put("paypal_key", slot, made)
    if body is None:
        return Response(status)
    return json_response(status, body)
