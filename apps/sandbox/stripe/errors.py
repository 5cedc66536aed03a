from __future__ import annotations

from apps.sandbox.http import Json, Response, json_response


class StripeError(Exception):
    """An answer other than 200, as Stripe words it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind = message, status, kind
        self.code, self.param = code, param

    def response(self) -> Response:
        error: Json = {"message": self.message, "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return json_response(self.status, {"error": error})


class InvalidParam(StripeError):
    """Refused before anything ran: not remembered under the idempotency key."""


def missing(param: str) -> InvalidParam:
    return InvalidParam(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(kind: str, key: str, *, param: str = "id") -> StripeError:
    return StripeError(
        f"No such {kind}: '{key}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )
