"""
Colours of organizers reach a page in one inline style that the policy knows by its hash.

A nonce would have to be new for every visitor; a hash is the same for everybody, so whole pages
stay cacheable. Source: CSP Level 3, hash-source.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_ATTRIBUTE = "_style_hashes"


def csp_hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def allow(request: HttpRequest, style: str) -> None:
    """This page contains exactly this text in a style element."""
    setattr(request, _ATTRIBUTE, [*hashes(request), csp_hash(style)])


def replace(request: HttpRequest, known: list[str]) -> None:
    """The page was made before, with these."""
    setattr(request, _ATTRIBUTE, known)


def hashes(request: HttpRequest) -> list[str]:
    found: list[str] = getattr(request, _ATTRIBUTE, [])
    return found


class StyleHashMiddleware:
    """Right below the CSP middleware, which writes what it finds in `_csp_update`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if found := hashes(request):
            update = getattr(response, "_csp_update", None) or {}
            styles = [*update.get("style-src", []), *found]
            response._csp_update = {**update, "style-src": styles}  # type: ignore[attr-defined]  # read by the middleware of the policy
        return response
