"""
What stopped a complete checkout is told after a redirect, once, in a cookie of that page. What was
typed stands in the order by then; only the way of paying is brought along.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.orders.models import Order

COOKIE = "missed"
SECONDS = 60


class Miss(StrEnum):
    TOO_FAST = "too_fast"
    PLACES_GONE = "places_gone"
    VOUCHER_GONE = "voucher_gone"
    NOT_THIS_WAY = "not_this_way"
    UNREACHABLE = "unreachable"
    NEW_PRICE = "new_price"


@dataclass(frozen=True, slots=True)
class Told:
    """provider: as it was chosen; empty for an order that costs nothing."""

    miss: Miss
    provider: str

    @property
    def tone(self) -> str:
        return "good" if self.miss == Miss.NEW_PRICE else "bad"

    @property
    def words(self) -> str:
        match self.miss:
            case Miss.TOO_FAST:
                return _("That was many tries in a short time. Wait a few minutes.")
            case Miss.PLACES_GONE:
                return _("Your time was up and the places are gone. Please choose again.")
            case Miss.VOUCHER_GONE:
                return _(
                    "Your gift voucher does not pay any more. Take it off and pay another way."
                )
            case Miss.NOT_THIS_WAY:
                return _("This way of paying does not work for this order. Take another.")
            case Miss.UNREACHABLE:
                return _(
                    "The payment page cannot be reached right now. Your places are kept: try again."
                )
            case Miss.NEW_PRICE:
                return _("Your code counts. Look at the new price, then order.")


def checkout_again(order: Order, miss: Miss, provider: str) -> HttpResponse:
    response = redirect("orders:checkout", order.reference)
    response.set_cookie(
        COOKIE,
        f"{miss}.{provider}",
        max_age=SECONDS,
        path=_path(order),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def told(request: HttpRequest) -> Told | None:
    miss, _dot, provider = request.COOKIES.get(COOKIE, "").partition(".")
    return Told(Miss(miss), provider) if miss in set(Miss) else None


def forget_told(request: HttpRequest, response: HttpResponse, order: Order) -> None:
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=_path(order), samesite="Lax")


def _path(order: Order) -> str:
    return reverse("orders:checkout", args=[order.reference])
