from __future__ import annotations

import base64
import hmac
import secrets

from apps.sandbox.http import Request, Response, json_response
from apps.sandbox.paypal.errors import PayPalError
from apps.sandbox.world import World

EXPIRES_SECONDS = 32400


def create(world: World, request: Request) -> Response:
    if request.form().get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "Grant Type is NULL")
    scheme, _, given = request.header("authorization").partition(" ")
    client = f"{world.options.paypal_client_id}:{world.options.paypal_client_secret}"
    expected = base64.b64encode(client.encode()).decode()
    if scheme.lower() != "basic" or not hmac.compare_digest(given, expected):
        return _refused(401, "invalid_client", "Client Authentication failed")
    token = f"A21AA{secrets.token_urlsafe(60)}"
    with world.turn():
        world.store.put("token", token, {"until": world.now() + EXPIRES_SECONDS})
    return json_response(
        200,
        {
            "scope": "https://uri.paypal.com/services/payments/payment"
            " https://uri.paypal.com/payments/payouts https://uri.paypal.com/services/reporting",
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": EXPIRES_SECONDS,
            "nonce": f"{world.moment():%Y-%m-%dT%H:%M:%SZ}{secrets.token_urlsafe(16)}",
        },
    )


def check(world: World, request: Request) -> None:
    scheme, _, token = request.header("authorization").partition(" ")
    known = world.store.get("token", token) if scheme.lower() == "bearer" else None
    if known is None or known["until"] <= world.now():
        raise PayPalError(401, "AUTHENTICATION_FAILURE")


def revoke_all(world: World) -> None:
    world.store.delete_kind("token")


def _refused(status: int, error: str, description: str) -> Response:
    return json_response(status, {"error": error, "error_description": description})
