"""
Which exchanges look alike: the same call, with the same fields, each of the same kind. Of those one is
held to its shape, so that long histories can be checked whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from apps.sandbox.http import Request, Response

# Words such as "succeeded" or "PAYER_ACTION_REQUIRED" are looked at as they are.
_WORD = re.compile(r"[A-Za-z][A-Za-z_.]{0,47}")
_CLASSES = (re.compile(r"[A-Z]"), re.compile(r"[a-z]"), re.compile(r"[0-9]"))
_ELSE = re.compile(r"[^A-Za-z0-9]")
# In paths; "v1" and the like are no ids.
_ID = re.compile(r"/(?=[^/]*[0-9])[^/]{4,}")
_HEADERS = ("paypal-request-id", "prefer", "content-type")


def look_of(request: Request, response: Response) -> Hashable:
    return (
        request.method,
        _ID.sub("/…", request.path),
        _look(parse_qsl(request.query, keep_blank_values=True)),
        tuple(_look(request.header(name)) for name in _HEADERS),
        _look(_sent(request)),
        response.status,
        _look(_answered(response)),
    )


def look_of_event(provider: str, event: Any) -> Hashable:
    return provider, _look(event)


def _sent(request: Request) -> Any:
    if request.body[:1] in {b"{", b"["}:
        try:
            return json.loads(request.body)
        except ValueError:  # sent on purpose
            return request.body.decode(errors="replace")
    if "multipart" in request.header("content-type"):
        return len(request.body).bit_length()
    return parse_qsl(request.body.decode(), keep_blank_values=True)


def _answered(response: Response) -> Any:
    return response.json() if response.body[:1] in {b"{", b"["} else len(response.body).bit_length()


def _look(value: Any) -> Hashable:
    if isinstance(value, dict):
        return tuple(sorted((name, _look(each)) for name, each in value.items()))
    if isinstance(value, (list, tuple)):
        return frozenset(map(_look, value))
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) else _look_of_text(value)
    return value if value is None or isinstance(value, bool) else (type(value).__name__, value < 0)


def _look_of_text(text: str) -> Hashable:
    """Its length, roughly, and what it is made of."""
    found: Iterable[bool | str] = [pattern.search(text) is not None for pattern in _CLASSES]
    return len(text).bit_length(), *found, *sorted(set(_ELSE.findall(text)))
