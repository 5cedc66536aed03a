"""
From where somebody acts. Set at the edge (a request, a task, a command), read where an act on money is
recorded: between the two nobody has to pass it on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

LENGTH_MAX = 160
SITES = ("console", "platform", "api", "webhooks", "door", "demo")

_ORIGIN: ContextVar[str] = ContextVar("origin", default="")


def origin() -> str:
    """ "console 5f3a9c21b0d4", "worker payouts.look", "command run_payouts"."""
    return (_ORIGIN.get() or _process())[:LENGTH_MAX]


@contextmanager
def acting_from(place: str) -> Iterator[None]:
    before = _ORIGIN.set(place)
    try:
        yield
    finally:
        _ORIGIN.reset(before)


class OriginMiddleware:
    """The site, and the visitor's address as a keyed hash: equal ones show, none can be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        first = request.path_info.strip("/").split("/", 1)[0]
        site = first if first in SITES else "shop"
        with acting_from(f"{site} {_hash(request.META.get('REMOTE_ADDR', ''))}"):
            return self.get_response(request)


def _hash(address: str) -> str:
    return salted_hmac("core.origin", address, secret=settings.SECRET_KEY).hexdigest()[:12]


def _process() -> str:
    """Nobody said: a command's name, or the program's."""
    program, *words = sys.argv or [""]
    name = Path(program).name
    return f"command {words[0]}" if name == "manage.py" and words else f"process {name}"
