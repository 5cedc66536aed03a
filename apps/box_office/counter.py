"""From a URL to a counter there is one way in: a paired phone that may sell at this event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from apps.accounts.permissions import may
from apps.accounts.roles import Capability
from apps.box_office.models import Till
from apps.box_office.states import TillState
from apps.checkin.devices import Revoked, device_of
from apps.checkin.models import Device
from apps.events.models import Event
from apps.orders.models import Order
from apps.orders.states import Channel

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Counter:
    device: Device
    event: Event
    till: Till | None  # the open one

    @property
    def sales(self) -> str:
        """Of this phone: the scope of its sales' keys."""
        return f"device:{self.device.pk}"


class NotAtTheCounter(Exception):
    """No phone that may sell here."""


def counter_of(request: HttpRequest, slug: str) -> Counter:
    """
    The organizer gave the phone the right to sell. It lasts until the phone is revoked, and a
    member's own no longer than their membership.

    :raises NotAtTheCounter:
    """
    try:
        device = device_of(request)
    except Revoked as revoked:
        raise NotAtTheCounter from revoked
    if device is None or device.event.slug != slug or not device.box_office:
        raise NotAtTheCounter
    organizer = device.event.organizer
    if device.user is not None and not may(device.user, Capability.SCAN, organizer):
        raise NotAtTheCounter
    till = Till.objects.filter(device=device, state=TillState.OPEN).first()
    if till is not None:
        till.device = device
    return Counter(device, device.event, till)


def at_the_counter(
    view: Callable[Concatenate[HttpRequest, Counter, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            counter = counter_of(request, slug)
        except NotAtTheCounter:
            return render(request, "box_office/not_here.html", status=403)
        return view(request, counter, *args, **kwargs)

    return guarded


def with_a_till(
    view: Callable[Concatenate[HttpRequest, Counter, Till, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Without an open till there is nothing to do but to open one."""

    @at_the_counter
    @wraps(view)
    def guarded(
        request: HttpRequest, counter: Counter, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if counter.till is None:
            return redirect("box_office:counter", counter.event.slug)
        return view(request, counter, counter.till, *args, **kwargs)

    return guarded


def order_at(counter: Counter, reference: str) -> Order | None:
    """What was sold at this event's box office; what is not paid yet only on its own phone."""
    order = (
        Order.objects.filter(event=counter.event, channel=Channel.BOX_OFFICE, reference=reference)
        .select_related("organizer")
        .first()
    )
    if order is None or (order.paid_at is None and order.idempotency_scope != counter.sales):
        return None
    order.event = counter.event
    return order
