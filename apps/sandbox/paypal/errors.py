from __future__ import annotations

from apps.sandbox.http import Json, Response, json_response
from apps.sandbox.ids import debug_id

_MESSAGES = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect,"
    " or failed business validation.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "RESOURCE_CONFLICT": "The server has detected a conflict while processing this request.",
    "UNSUPPORTED_MEDIA_TYPE": "The server does not support the request payload's media type.",
    "AUTHENTICATION_FAILURE": "Authentication failed due to missing authorization header, or"
    " invalid authentication credentials.",
    "NOT_AUTHORIZED": "Authorization failed due to insufficient permissions.",
    "USER_BUSINESS_ERROR": "User business error.",
    "INSUFFICIENT_FUNDS": "Sender does not have sufficient funds. Please add funds and retry.",
    "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting.",
    "VALIDATION_ERROR": "Invalid request - see details.",
}


class PayPalError(Exception):
    """An answer other than 2xx, as PayPal words it."""

    def __init__(self, status: int, name: str, *details: Json, links: list[Json] | None = None):
        super().__init__(f"{name} {[each.get('issue') for each in details]}")
        self.status, self.name, self.details = status, name, list(details)
        self.links = links

    def response(self) -> Response:
        body: Json = {
            "name": self.name,
            "message": _MESSAGES[self.name],
            "debug_id": debug_id(),
        }
        if self.details:
            body["details"] = self.details
        body["links"] = self.links or [
            {
                "href": f"https://developer.paypal.com/api/rest/responses/#{self.name}",
                "rel": "information_link",
                "method": "GET",
            }
        ]
        return json_response(self.status, body, {"Paypal-Debug-Id": body["debug_id"]})


def issue(code: str, description: str, *, field: str = "", value: str = "") -> Json:
    detail: Json = {"issue": code, "description": description}
    if field:
        detail["field"] = field
    if value:
        detail["value"] = value
    return detail


def malformed(code: str, description: str, *, field: str = "", value: str = "") -> PayPalError:
    detail = issue(code, description, field=field, value=value)
    return PayPalError(400, "INVALID_REQUEST", detail | {"location": "body"})


def refused(code: str, description: str, *, field: str = "", value: str = "") -> PayPalError:
    return PayPalError(
        422, "UNPROCESSABLE_ENTITY", issue(code, description, field=field, value=value)
    )


def not_found(key: str) -> PayPalError:
    return PayPalError(
        404,
        "RESOURCE_NOT_FOUND",
        issue(
            "INVALID_RESOURCE_ID",
            "Specified resource ID does not exist. Please check the resource ID and try again.",
            value=key,
        ),
    )
