"""Behind a proxy every request seems to come from it; who really asks stands in X-Forwarded-For."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ClientAddressMiddleware:
    """
    Puts the address into REMOTE_ADDR, where limits and sign-in look. Only our own proxy is believed:
    it appends the address it saw, so the last entry is its word and all before it is hearsay.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.BEHIND_PROXY and (seen := _last(request.headers.get("X-Forwarded-For", ""))):
            request.META["REMOTE_ADDR"] = seen
        return self.get_response(request)


def _last(forwarded: str) -> str:
    address = forwarded.rpartition(",")[2].strip()
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
