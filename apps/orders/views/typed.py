"""
What was typed into a checkout that was not complete comes back after a redirect, in a cookie of that
page. So each page in the browser's history can be asked for again: Back never leads to a form that
was sent.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.orders.forms import CheckoutForm
from apps.orders.models import Order

COOKIE = "typed"
SECONDS = 900
BYTES_MAX = 3800  # browsers drop cookies beyond 4096
_SALT = "orders.typed"


def keep_typed(request: HttpRequest, response: HttpResponse, form: CheckoutForm) -> bool:
    """False: it is too much for a cookie, and nothing was kept."""
    order = form.order
    fields = {name: request.POST.get(name, "") for name in form.fields}
    value = signing.dumps([order.reference, fields], salt=_SALT, compress=True)
    if len(value) > BYTES_MAX:
        return False
    response.set_cookie(
        COOKIE,
        value,
        max_age=SECONDS,
        path=_path(order),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True


def form_again(request: HttpRequest, order: Order) -> CheckoutForm:
    """With what was typed and what is wrong with it; else as it begins."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return CheckoutForm(order)
    reference, fields = kept
    return CheckoutForm(order, fields if reference == order.reference else None)


def forget_typed(request: HttpRequest, response: HttpResponse, order: Order) -> None:
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=_path(order), samesite="Lax")


def _path(order: Order) -> str:
    return reverse("orders:checkout", args=[order.reference])
