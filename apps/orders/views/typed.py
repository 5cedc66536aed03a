"""
What was typed into a checkout that did not lead to a payment comes back after a redirect, in a cookie
of that page. So each page in the browser's history can be asked for again: Back never leads to a
form that was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.orders.forms import CheckoutForm
from apps.orders.models import Order

COOKIE = "typed"
SECONDS = 900
BYTES_MAX = 3800  # browsers drop cookies beyond 4096
CODE = "code"
_SALT = "orders.typed"


@dataclass(frozen=True, slots=True)
class Typed:
    """
    text: told once, at the field `at`. Where only the code was to be changed, nothing is said yet of
    what is missing.
    """

    fields: dict[str, str]
    at: str = ""
    text: str = ""

    @classmethod
    def of(cls, request: HttpRequest, form: CheckoutForm, at: str = "", text: str = "") -> Typed:
        sent = [name for name in (*form.fields, CODE) if name in request.POST]
        return cls({name: request.POST[name] for name in sent}, at, text)

    def form(self, order: Order) -> CheckoutForm:
        if self.at == CODE:
            form = CheckoutForm(order)
            form.initial.update({n: self.fields[n] for n in form.fields if n in self.fields})
            return form
        form = CheckoutForm(order, self.fields)
        if self.text and not form.has_error(self.at):
            form.add_error(self.at, self.text)
        return form

    @property
    def of_code(self) -> dict[str, str]:
        """For the page: the code that did not work, and why."""
        told = self.at == CODE and self.text
        return {"code": self.fields.get(CODE, ""), "code_error": self.text} if told else {}


def keep_typed(response: HttpResponse, order: Order, typed: Typed) -> bool:
    """False: it is too much for a cookie, and nothing was kept."""
    kept = [order.reference, typed.fields, typed.at, typed.text]
    value = signing.dumps(kept, salt=_SALT, compress=True)
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


def read_typed(request: HttpRequest, order: Order) -> Typed | None:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    reference, fields, at, text = kept
    return Typed(fields, at, text) if reference == order.reference else None


def forget_text(response: HttpResponse, order: Order, typed: Typed) -> None:
    """It was told; what was typed stays."""
    if typed.text:
        keep_typed(response, order, replace(typed, text=""))


def forget_typed(request: HttpRequest, response: HttpResponse, order: Order) -> None:
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=_path(order), samesite="Lax")


def _path(order: Order) -> str:
    return reverse("orders:checkout", args=[order.reference])
