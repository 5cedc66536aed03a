"""
From a URL to an order there is one door: the browser that bought it, the account it belongs to, or
the key of its link, which is exchanged for a cookie so that it never stays in an address bar.
"""

from __future__ import annotations

import uuid
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from apps.accounts.models import User
from apps.orders.buyers import Buyer, browser_buyer, user_buyer
from apps.orders.keys import opens
from apps.orders.models import Order
from apps.orders.states import UNPAID

BROWSER_COOKIE = "browser"
BROWSER_SECONDS = 365 * 24 * 3600
ORDER_COOKIE = "order"
ORDER_SECONDS = 90 * 24 * 3600
_SALT = "orders.access"


def buyer_of(request: HttpRequest) -> Buyer:
    """The signed-in user, or else this browser, known or new (`remember_browser` keeps it)."""
    address = request.META.get("REMOTE_ADDR", "")
    if isinstance(request.user, User):
        return user_buyer(request.user, address=address)
    return browser_buyer(_browser(request) or uuid.uuid4(), address=address)


def is_known(request: HttpRequest) -> bool:
    """Whether the visitor's next request finds the same buyer."""
    return isinstance(request.user, User) or _browser(request) is not None


def remember_browser(request: HttpRequest, response: HttpResponseBase, buyer: Buyer) -> None:
    """A visitor gets a cookie when they choose tickets, not before."""
    kind, _, name = buyer.key.partition(":")
    if kind == "browser" and _browser(request) != UUID(name):
        value = signing.dumps(name, salt=_SALT)
        _set_cookie(response, BROWSER_COOKIE, value, BROWSER_SECONDS, "/")


def may_open(request: HttpRequest, order: Order) -> bool:
    return _is_theirs(request, order) or _has_cookie(request, order)


def signed_in_half_way(request: HttpRequest, order: Order) -> User | None:
    """Who chose the tickets in this browser before signing in; once it is paid, it may be another."""
    if not isinstance(request.user, User) or not _is_of_browser(request, order):
        return None
    return request.user if order.user_id is None and order.state in UNPAID else None


def exchange_key(response: HttpResponseBase, order: Order, key: str) -> bool:
    """Sets the order's cookie when the key is right."""
    if not opens(order, key):
        return False
    value = signing.dumps([order.reference, order.key_version], salt=_SALT)
    _set_cookie(response, ORDER_COOKIE, value, ORDER_SECONDS, f"/orders/{order.reference}/")
    return True


def _is_theirs(request: HttpRequest, order: Order) -> bool:
    if not isinstance(request.user, User):
        return _is_of_browser(request, order)
    if order.user_id == request.user.pk or signed_in_half_way(request, order) is not None:
        return True
    return bool(order.email) and order.email in buyer_of(request).emails


def _is_of_browser(request: HttpRequest, order: Order) -> bool:
    browser = _browser(request)
    return browser is not None and order.buyer == f"browser:{browser}"


def _has_cookie(request: HttpRequest, order: Order) -> bool:
    return _read(request, ORDER_COOKIE) == [order.reference, order.key_version]


def _browser(request: HttpRequest) -> UUID | None:
    value = _read(request, BROWSER_COOKIE)
    return UUID(value) if isinstance(value, str) else None


def _read(request: HttpRequest, cookie: str) -> object:
    try:
        return signing.loads(request.COOKIES.get(cookie, ""), salt=_SALT)
    except signing.BadSignature:
        return None


def _set_cookie(response: HttpResponseBase, name: str, value: str, seconds: int, path: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
