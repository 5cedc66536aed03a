from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from apps.core.asked_often import AskedOften
from apps.orders.access import may_open, signed_in_half_way
from apps.orders.models import Order
from apps.orders.services.details import put_into_account
from apps.payments.gateways.pages import origins

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Order, P], HttpResponse]


def _shown(reference: str) -> QuerySet[Order]:
    shown = Order.objects.select_related("event__venue", "organizer", "code", "voucher")
    return shown.filter(reference=reference)


def _bare(reference: str) -> QuerySet[Order]:
    return Order.objects.filter(reference=reference)


_SHOWN = AskedOften(_shown, "?")
_BARE = AskedOften(_bare, "?")


def find_order(reference: str) -> Order | None:
    """With what its pages show."""
    order = _SHOWN.first(reference)
    if order is not None:
        order.event.organizer = order.organizer  # the same row: its long texts are read once
    return order


def find_bare_order(reference: str) -> Order | None:
    """Without event and organizer, for what shows nothing."""
    return _BARE.first(reference)


def for_order(view: View[P]) -> Callable[..., HttpResponse]:
    """Gives the view the order its visitor may open; everybody else learns nothing about it."""
    return _opened(view, lambda reference: find_order(reference))


def for_bare_order(view: View[P]) -> Callable[..., HttpResponse]:
    return _opened(view, lambda reference: find_bare_order(reference))


def _opened(view: View[P], find: Callable[[str], Order | None]) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def load(
        request: HttpRequest, reference: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        order = find(reference)
        if order is None or not may_open(request, order):
            return unknown(request)
        if (user := signed_in_half_way(request, order)) is not None:
            put_into_account(order, user)
        return view(request, order, *args, **kwargs)

    return load


def leads_to_providers(response: HttpResponse) -> HttpResponse:
    """Its forms are answered with a redirect to a payment page; see payments/gateways/pages.py."""
    response._csp_update = {"form-action": origins()}  # type: ignore[attr-defined]  # read by the middleware of the policy
    return response


def unknown(request: HttpRequest) -> HttpResponse:
    """Who ordered by a program and paid in a browser comes back to a page that browser may not open."""
    match = request.resolver_match
    paid = match is not None and match.url_name == "return"
    return render(request, "orders/unknown.html", {"paid": paid}, status=404)
