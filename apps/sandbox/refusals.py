"""A call refused by a provider's own code, for stories in which it would say so."""

from __future__ import annotations

from apps.sandbox.http import Response
from apps.sandbox.paypal.errors import PayPalError, issue
from apps.sandbox.stripe.errors import StripeError

# PayPal's names of whole errors; of the issues below each has its own status and name, any other code is an
# issue of a 422.
_PAYPAL = {
    "AUTHENTICATION_FAILURE": 401,
    "INSUFFICIENT_FUNDS": 422,
    "INVALID_REQUEST": 400,
    "NOT_AUTHORIZED": 403,
    "RATE_LIMIT_REACHED": 429,
    "RESOURCE_NOT_FOUND": 404,
    "USER_BUSINESS_ERROR": 400,
}
_PAYPAL_ISSUES = {
    "INVALID_RESOURCE_ID": (404, "RESOURCE_NOT_FOUND"),
    "PREVIOUS_REQUEST_IN_PROGRESS": (409, "RESOURCE_CONFLICT"),
}
# Stripe's status and type by code; any other is a 400 of an invalid request.
_STRIPE = {
    "card_declined": (402, "card_error"),
    "expired_card": (402, "card_error"),
    "idempotency_key_in_use": (409, "idempotency_error"),
    "lock_timeout": (429, "invalid_request_error"),
    "rate_limit": (429, "invalid_request_error"),
    "api_key_expired": (401, "invalid_request_error"),
    "permission": (403, "invalid_request_error"),
    "resource_missing": (404, "invalid_request_error"),
    "idempotency_error": (400, "idempotency_error"),
}
_STRIPE_WITHOUT_CODE = {"idempotency_error"}  # its type says it
_WORDS = "refused as it was asked for"
_LATER_SECONDS = "30"


def refusal(operation: str, code: str) -> Response:
    response = (_paypal if operation.startswith("paypal.") else _stripe)(code)
    if response.status == 429:
        response.headers["Retry-After"] = _LATER_SECONDS
    return response


def _paypal(code: str) -> Response:
    if code in _PAYPAL:
        return PayPalError(_PAYPAL[code], code).response()
    status, name = _PAYPAL_ISSUES.get(code, (422, "UNPROCESSABLE_ENTITY"))
    return PayPalError(status, name, issue(code, _WORDS)).response()


def _stripe(code: str) -> Response:
    status, kind = _STRIPE.get(code, (400, "invalid_request_error"))
    said = "" if code in _STRIPE_WITHOUT_CODE else code
    return StripeError(_WORDS, status=status, kind=kind, code=said).response()
