"""
Cross-site request forgery is refused by where a request comes from, not by a token in each form.

Anonymous pages stay identical for everybody, so they can be cached whole. Browsers say on every
unsafe request whether it is same-origin (Sec-Fetch-Site, or Origin, which even old ones send).
A request that says neither must carry Django's token, as the admin's forms do anyway.
Source: Fetch Metadata Request Headers (W3C); OWASP CSRF cheat sheet, "Fetch Metadata headers".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware


class SameOriginMiddleware(CsrfViewMiddleware):
    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if getattr(callback, "csrf_exempt", False) or is_same_origin(request):
            return None
        if says_cross_site(request):
            return self._reject(request, "the form was sent from another site")  # type: ignore[attr-defined, no-any-return]  # Django's own, not in its types
        return super().process_view(request, callback, callback_args, callback_kwargs)


def is_same_origin(request: HttpRequest) -> bool:
    if request.method in {"GET", "HEAD", "OPTIONS", "TRACE"}:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and origin != "null" and urlsplit(origin).netloc == request.get_host()


def says_cross_site(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
