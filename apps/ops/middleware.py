"""Gives each request an id, binds what it is about to the log, and counts how long it took."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.defaults import bad_request

from apps.core.text import is_unstorable_text
from apps.ops.metrics import REQUEST_SECONDS

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = structlog.get_logger("request")


class RequestMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        request_id = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        match = request.resolver_match
        name = match.view_name if match is not None else "unmatched"
        REQUEST_SECONDS.labels(name, request.method, response.status_code).observe(seconds)
        if response.status_code >= 500 or seconds > SLOW_SECONDS:
            log.warning(
                "request", view=name, status=response.status_code, milliseconds=int(seconds * 1000)
            )
        response[HEADER] = request_id
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Text that cannot be stored is the sender's mistake, wherever it stands in a request."""
        return bad_request(request, error) if is_unstorable_text(error) else None

    def process_view(
        self, _request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> None:
        about = {
            word: kwargs[argument]
            for argument, word in (("reference", "order"), ("slug", "event"))
            if argument in kwargs
        }
        if about:
            structlog.contextvars.bind_contextvars(**about)


SLOW_SECONDS = 2.0
