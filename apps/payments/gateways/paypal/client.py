"""
PayPal's REST API over core.http_client: the official SDK lacks payouts, webhooks and disputes, has
no setting for the address, and hides which failures left the outcome open; one small client is uniform.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.core import http_client
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind
from apps.payments.gateways.paypal.refusals import refusal
from apps.payments.gateways.pulse import felt
from apps.payments.gateways.retrying import persistently

TOKEN_SPARE_SECONDS = 60
REPRESENTATION = {"Prefer": "return=representation"}


def read(path: str) -> dict[str, Any]:
    return _call("GET", path, {}, b"", http_client.READ_SECONDS)


def write(
    path: str,
    body: Mapping[str, Any],
    *,
    key: str = "",
    read_seconds: float = http_client.READ_SECONDS,
) -> dict[str, Any]:
    """key: for PayPal-Request-Id; "" where PayPal knows a repeat by the body (payouts)."""
    headers = {"Content-Type": "application/json", **REPRESENTATION}
    if key:
        headers["PayPal-Request-Id"] = key
    # Sorted: the database does not keep the order of keys, but a retry must send the same bytes.
    content = json.dumps(body, sort_keys=True, separators=(",", ":")).encode() if body else b""
    return _call("POST", path, headers, content, read_seconds)


def _call(
    method: str, path: str, headers: Mapping[str, str], body: bytes, read_seconds: float
) -> dict[str, Any]:
    def attempt() -> dict[str, Any]:
        return _authorised(method, path, headers, body, read_seconds)

    return felt(Kind.PAYPAL, lambda: persistently(attempt))


def upload(path: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """The calls of disputes take their JSON as one part of a form, beside files."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    boundary = f"parterre-{hashlib.sha256(text.encode()).hexdigest()[:32]}"  # a retry: same bytes
    head = 'Content-Disposition: form-data; name="input"\r\nContent-Type: application/json'
    content = f"--{boundary}\r\n{head}\r\n\r\n{text}\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "PayPal-Request-Id": key,
    }
    slow = http_client.SLOW_READ_SECONDS
    return persistently(lambda: _authorised("POST", path, headers, content, slow))


def _authorised(
    method: str, path: str, headers: Mapping[str, str], body: bytes, read_seconds: float
) -> dict[str, Any]:
    def attempt() -> http_client.Reply:
        token = _tokens.current()
        return _send(
            method, path, {**headers, "Authorization": f"Bearer {token}"}, body, read_seconds
        )

    reply = attempt()
    if reply.status == 401:  # revoked before its time: PayPal has not looked at the request
        _tokens.drop()
        reply = attempt()
    if reply.status >= 400:
        raise refusal(reply, writing=method != "GET")
    return _parsed(reply, writing=method != "GET")


def _parsed(reply: http_client.Reply, *, writing: bool) -> dict[str, Any]:
    if not reply.body:
        return {}
    try:
        answer = reply.json()
    except ValueError as error:
        kind = errors.ProviderFailed if writing else errors.Unavailable
        raise kind("not_json") from error
    return dict(answer)


def _send(
    method: str, path: str, headers: Mapping[str, str], body: bytes, read_seconds: float
) -> http_client.Reply:
    key = headers.get("PayPal-Request-Id")
    try:
        return http_client.send(
            method,
            settings.PAYPAL_API_BASE + path,
            headers={"Accept": "application/json", **headers},
            body=body,
            read_seconds=read_seconds,
            noted={"key": key} if key else {},
        )
    except http_client.NoAnswer as error:
        raise _no_answer(method, error) from error
    except http_client.OutboundError as error:
        raise errors.Unavailable("no_connection") from error


def _no_answer(method: str, error: http_client.NoAnswer) -> errors.GatewayError:
    if method == "GET":
        return errors.Unavailable("no_answer")
    if isinstance(error, http_client.TimedOut):
        return errors.WaitedInVain("timeout")
    return errors.OutcomeUnknown("no_answer")


@dataclass(frozen=True, slots=True)
class _Token:
    account: tuple[str, str, str]  # changed settings make it worthless
    value: str
    good_until: float  # monotonic


class _Tokens:
    """The access token of this process, about nine hours good; never stored elsewhere."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def current(self) -> str:
        account = (
            settings.PAYPAL_API_BASE,
            settings.PAYPAL_CLIENT_ID,
            settings.PAYPAL_CLIENT_SECRET,
        )
        with self._lock:
            token = self._token
            if token is None or token.account != account or token.good_until < self._clock():
                token = self._token = self._ask(account)
            return token.value

    def drop(self) -> None:
        with self._lock:
            self._token = None

    def _ask(self, account: tuple[str, str, str]) -> _Token:
        _, client_id, secret = account
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            reply = _send(
                "POST",
                "/v1/oauth2/token",
                headers,
                b"grant_type=client_credentials",
                http_client.READ_SECONDS,
            )
        except errors.OutcomeUnknown as error:
            # A token more or less changes nothing: the call it was for has not been made.
            raise errors.Unavailable("token") from error
        if reply.status in {400, 401, 403}:
            raise errors.NotPermitted("token", request_id=reply.headers.get("paypal-debug-id", ""))
        if reply.status != 200:
            raise errors.Unavailable("token", request_id=reply.headers.get("paypal-debug-id", ""))
        answer = _parsed(reply, writing=False)
        good_for = int(answer["expires_in"]) - TOKEN_SPARE_SECONDS
        return _Token(account, str(answer["access_token"]), self._clock() + good_for)


_tokens = _Tokens(time.monotonic)
