"""axes beside allauth: whose failures are counted, and what somebody who is locked out sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

SECONDS = 3600


def who(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """allauth says `email`, the admin `username`; axes asks with and without credentials."""
    said = credentials or {}
    name = (
        said.get("email")
        or said.get("username")
        or request.POST.get("login")
        or request.POST.get("username", "")
    )
    return str(name).strip().lower()


def locked_out(request: HttpRequest, *_axes: object) -> HttpResponse:
    """429 in the shape of what was asked for."""
    response: HttpResponse
    if request.content_type == "application/json":
        response = JsonResponse({"status": 429}, status=429)
    else:
        response = render(request, "account/locked_out.html", status=429)
    response["Retry-After"] = str(SECONDS)
    return response
