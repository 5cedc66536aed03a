"""The SDK's client on our own outbound HTTP, and its errors in our words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import stripe
from django.conf import settings

from apps.core import http_client
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind
from apps.payments.gateways.pulse import felt
from apps.payments.gateways.retrying import persistently

T = TypeVar("T")

# The SDK would report our latencies and platform to Stripe.
stripe.enable_telemetry = False

NOTHING_LEFT = frozenset({"charge_already_refunded", "transfer_already_reversed"})
NO_FUNDS = frozenset({"balance_insufficient", "insufficient_funds"})
FINAL_NO = frozenset({"charge_disputed", "refund_disputed_payment", "charge_expired_for_refund"})


class Transport(stripe.HTTPClient):
    """
    Calls through core.http_client. It raises our errors: the SDK lets what it does not know pass,
    and only here one can tell "not sent" from "no answer".
    """

    name = "parterre"

    def __init__(self, read_seconds: float) -> None:
        super().__init__()
        self._read_seconds = read_seconds

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        sent = dict(headers or {})
        body = post_data.encode() if isinstance(post_data, str) else (post_data or b"")
        noted = {"key": sent["Idempotency-Key"]} if "Idempotency-Key" in sent else {}
        try:
            reply = http_client.send(
                method.upper(),
                url,
                headers=sent,
                body=body,
                read_seconds=self._read_seconds,
                noted=noted,
            )
        except http_client.NoAnswer as error:
            raise _no_answer(method, error) from error
        except http_client.OutboundError as error:
            raise errors.Unavailable("no_connection") from error
        return reply.body.decode(errors="replace"), reply.status, reply.headers

    def close(self) -> None:
        """The pool of connections is shared and stays."""


def _no_answer(method: str, error: http_client.NoAnswer) -> errors.GatewayError:
    if method.upper() == "GET":
        return errors.Unavailable("no_answer")
    if isinstance(error, http_client.TimedOut):
        return errors.WaitedInVain("timeout")
    return errors.OutcomeUnknown("no_answer")


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, http_client.READ_SECONDS)


def patient_client() -> stripe.StripeClient:
    """For calls that move money: they may take longer, and nobody waits at a screen."""
    return _client(
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, http_client.SLOW_READ_SECONDS
    )


def plain(method: str, path: str, /, **params: Any) -> dict[str, Any]:
    """
    One call, answered with the JSON as it came; idempotency_key among `params`. The SDK makes an object
    of each part of an answer, which for a session with its charge takes three times as long as the call.
    """
    return dict(client().raw_request(method, path, **params).data)


@functools.cache
def _client(secret: str, base: str, read_seconds: float) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret,
        base_addresses={"api": base},
        http_client=Transport(read_seconds),
        max_network_retries=0,
    )


def live() -> bool:
    """Are we configured for real money? Keys say so: sk_live_..., rk_live_..."""
    return "_live_" in str(settings.STRIPE_SECRET_KEY)[:8]


def read(call: Callable[[], T]) -> T:
    return felt(Kind.STRIPE, lambda: persistently(lambda: _translated(call, errors.Unavailable)))


def write(call: Callable[[], T]) -> T:
    """The call must name its idempotency key."""
    return felt(Kind.STRIPE, lambda: persistently(lambda: _translated(call, errors.ProviderFailed)))


def _translated(call: Callable[[], T], unclear: type[errors.GatewayError]) -> T:
    try:
        return call()
    except stripe.StripeError as error:
        raise _in_our_words(error, unclear) from error


def _in_our_words(
    error: stripe.StripeError, unclear: type[errors.GatewayError]
) -> errors.GatewayError:
    code = error.code or (error.error.code if error.error else None) or type(error).__name__
    request_id = error.request_id or ""
    status = error.http_status or 0
    if status == 429 or status == 409:
        # 409: a twin of this call is still running under the same key.
        return errors.Throttled(
            code, request_id=request_id, retry_after_seconds=_retry_after(error)
        )
    if status >= 500 or status < 400:
        failure = unclear(code, request_id=request_id)
        # A stored failure is replayed under its key: trying at once would only hear it again.
        if error.headers is not None and error.headers.get("stripe-should-retry") == "false":
            failure.at_once = False
        return failure
    return _refusal(error, str(code))(str(code), request_id=request_id)


def _refusal(error: stripe.StripeError, code: str) -> type[errors.GatewayError]:
    by_code: tuple[tuple[frozenset[str], type[errors.GatewayError]], ...] = (
        (NOTHING_LEFT, errors.AlreadyDone),
        (NO_FUNDS, errors.InsufficientFunds),
        (FINAL_NO, errors.Declined),
        (frozenset({"resource_missing"}), errors.NotFound),
    )
    for codes, kind in by_code:
        if code in codes:
            return kind
    if isinstance(error, stripe.CardError):
        return errors.Declined
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return errors.NotPermitted
    return errors.Invalid


def _retry_after(error: stripe.StripeError) -> float:
    given = (error.headers or {}).get("retry-after", "1")
    return float(given) if given.isdigit() else 1.0
