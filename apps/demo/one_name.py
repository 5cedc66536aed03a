"""
A machine calls itself by several names, and cookies are of one. Who opens the demo at 127.0.0.1 would pay at
the sandbox, come back to localhost and be a stranger there; so pages are only shown at PUBLIC_URL.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect


class OneNameMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_a_page(request) and _is_the_same_machine(request.get_host()):
            return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path())
        return self.get_response(request)


def _is_a_page(request: HttpRequest) -> bool:
    """What a program asks for, or a page that is open already, is answered where it was asked for."""
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _is_the_same_machine(host: str) -> bool:
    here, public = urlsplit(f"//{host}"), urlsplit(settings.PUBLIC_URL)
    other = here.netloc != public.netloc and here.port == public.port
    return other and _is_loopback(here.hostname or "")


def _is_loopback(name: str) -> bool:
    """Any other name may be one that a tunnel brought here, and may be the only one that works there."""
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost"
    return address.is_loopback or address.is_unspecified
