"""
Public pages are the same for everybody: no token in their forms, no name in their head. So they are
kept whole, per address and language, in Redis. A page is at most FRESH_SECONDS old while somebody
looks at it; when it is older one request makes it anew and the others still get the old one.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from apps.core import style_hashes

FRESH_SECONDS = 2
KEPT_SECONDS = 600
MAKING_SECONDS = 5  # after this somebody else may try
QUERY_LENGTH_MAX = 100

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    zipped: bytes
    content_type: str
    style_hashes: list[str]
    etag: str
    made_at: float  # seconds since 1970


def kept_whole(*parameters: str) -> Callable[[View], View]:
    """A view whose page depends on its address, the language and these query parameters only."""

    def wrap(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, **address: Any) -> HttpResponse:
            query = {name: request.GET[name] for name in parameters if request.GET.get(name)}
            if request.method not in {"GET", "HEAD"} or _too_long(query):
                return view(request, **address)
            key = _key(view, address, query)
            page = _kept(key)
            if page is not None:
                return _answer(request, page)
            response = view(request, **address)
            if response.status_code != 200 or response.has_header("Cache-Control"):
                return response
            page = _made(request, response)
            cache.set(key, page, timeout=KEPT_SECONDS)
            cache.delete(_making(key))
            return _answer(request, page)

        return kept

    return wrap


def _too_long(query: dict[str, str]) -> bool:
    return sum(map(len, query.values())) > QUERY_LENGTH_MAX


def _key(view: View, address: dict[str, Any], query: dict[str, str]) -> str:
    parts = repr((view.__module__, view.__name__, sorted(address.items()), sorted(query.items())))
    return f"page:{get_language()}:{hashlib.sha256(parts.encode()).hexdigest()[:32]}"


def _kept(key: str) -> Page | None:
    """None: make it."""
    page: Page | None = cache.get(key)
    if page is None or time.time() - page.made_at < FRESH_SECONDS:
        return page
    return None if cache.add(_making(key), 1, timeout=MAKING_SECONDS) else page


def _making(key: str) -> str:
    """The mark of the one request that makes it anew."""
    return f"{key}:making"


def _made(request: HttpRequest, response: HttpResponse) -> Page:
    body = response.content
    return Page(
        body=body,
        zipped=gzip.compress(body, compresslevel=6, mtime=0),
        content_type=response.headers["Content-Type"],
        style_hashes=style_hashes.hashes(request),
        etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
        made_at=time.time(),
    )


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    response: HttpResponse
    if request.headers.get("If-None-Match") == page.etag:
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.zipped, content_type=page.content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.body, content_type=page.content_type)
    response["ETag"] = page.etag
    response["Cache-Control"] = f"public, max-age=0, s-maxage={FRESH_SECONDS}"
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie"])
    style_hashes.replace(request, page.style_hashes)
    return response
