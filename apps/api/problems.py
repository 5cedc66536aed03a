"""Every error of the API is a problem document (RFC 9457): a word for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from apps.core.text import is_unstorable_text

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Ends a request. code: a stable word; fields: what exactly, by name."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        fields: Sequence[dict[str, Any]] = (),
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.fields, self.more = list(fields), more


def unauthenticated() -> Problem:
    return Problem(401, "unauthenticated", "Sign in, or send an API key.")


def forbidden() -> Problem:
    return Problem(403, "forbidden", "Your role does not allow this.")


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"No {what} with this name can be seen by you.")


def too_many(seconds: int) -> Problem:
    return Problem(429, "rate_limited", "Too many requests.", retry_after=seconds)


def too_large() -> Problem:
    return Problem(413, "too_large", "The request is longer than it may be.")


def answer(problem: Problem) -> HttpResponse:
    body = {
        "type": f"urn:parterre:problem:{problem.code}",
        "title": problem.code.replace("_", " "),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        **problem.more,
    }
    if problem.fields:
        body["errors"] = problem.fields
    response = JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE)
    if "retry_after" in problem.more:
        response["Retry-After"] = str(problem.more["retry_after"])
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def install(api: NinjaAPI) -> None:
    """Turns whatever ends a request into a problem document."""

    @api.exception_handler(Problem)
    def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
        return answer(problem)

    @api.exception_handler(ValidationError)
    def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = [
            {"field": ".".join(str(part) for part in e["loc"][1:]), "message": e["msg"]}
            for e in error.errors
        ]
        return answer(Problem(422, "invalid", "The request is not as described.", fields=fields))

    @api.exception_handler(AuthenticationError)
    def _who(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return answer(unauthenticated())

    @api.exception_handler(DataError)
    @api.exception_handler(UnicodeEncodeError)
    def _unstorable(_request: HttpRequest, error: Exception) -> HttpResponse:
        if not is_unstorable_text(error):
            raise error
        return answer(Problem(422, "invalid", "A text has characters that are none."))

    _install_for_http(api)


def _install_for_http(api: NinjaAPI) -> None:
    """What Django or the framework say by an exception of their own."""

    @api.exception_handler(RequestDataTooBig)
    def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return answer(too_large())

    @api.exception_handler(Http404)
    def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return answer(not_found("thing"))

    @api.exception_handler(HttpError)
    def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(Problem(error.status_code, "bad_request", str(error)))
