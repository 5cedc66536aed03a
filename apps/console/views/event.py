"""An event's own pages: how it is doing, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console import pictures
from apps.console.desk import Desk
from apps.console.selectors.door import door_of
from apps.console.selectors.money import books_of_event
from apps.console.selectors.sales import prices_of, quotas_of, sales_of, variants_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.events.models import Event
from apps.events.services.publish import NotReady, checklist, publish
from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.variants.sale import sale_of
from apps.variants.services.go_live import NoPayoutMethod, go_live
from apps.variants.services.hide import hide

RECENT = 8


def overview(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    return desk.render(request, "console/event.html", event, **_overview(request, desk, event))


def live(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    """The part of the page that counts by itself."""
    return desk.render(request, "console/event.html#live", event, **_overview(request, desk, event))


def _overview(request: HttpRequest, desk: Desk, event: Event) -> dict[str, Any]:
    at = now()
    context: dict[str, Any] = {"title": event.title, "event": event, "at": at}
    context["may_manage"] = desk.may(request, Capability.MANAGE_EVENTS, event)
    context["may_see_orders"] = desk.may(request, Capability.SEE_ORDERS, event)
    context["may_change_orders"] = desk.may(request, Capability.CHANGE_ORDERS, event)
    door = door_of(event, at=at)
    context |= {"door": door, "bars": pictures.bars(door.slots)}
    if context["may_manage"] and event.state == EventState.DRAFT:
        context["checklist"] = checklist(event, at=at)
    if context["may_see_orders"]:
        context |= _selling(event, at=at)
    return context


def _selling(event: Event, *, at: Any) -> dict[str, Any]:
    sales = sales_of(event, at=at)
    wide, narrow = {"width": 860, "height": 300}, {"width": 360, "height": 240}
    return {
        "sales": sales,
        "curve": pictures.curve(sales, at=at, zone=event.zone, **wide),
        "narrow_curve": pictures.curve(sales, at=at, zone=event.zone, **narrow),
        "variants": [
            (variant, sold, sale_of(variant, at=at)) for variant, sold in variants_of(event)
        ],
        "ended": _has_ended(event, at=at),
        "prices": prices_of(event, at=at),
        "quotas": quotas_of(event),
        "books": books_of_event(event),
        "recent": Order.objects.filter(event=event)
        .exclude(state__in=[OrderState.EXPIRED, OrderState.OPEN])
        .prefetch_related("lines")
        .order_by("-created_at")[:RECENT],
    }


def _has_ended(event: Event, *, at: datetime) -> bool:
    """Nothing of it is sold again, whatever its variants' states say."""
    return event.state in {EventState.CANCELLED, EventState.COMPLETED} or at >= event.ends_at


def publication(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        publish(event, actor=desk.actor(request), at=now())
    except NotReady as refused:
        for check in refused.missing:
            messages.error(request, _("Still missing: %(what)s") % {"what": check.text})
    except (IllegalTransition, LostRace):
        messages.warning(request, _("It is not a draft any more."))
    else:
        messages.success(request, _("“%(event)s” is public.") % {"event": event.title})
    return redirect(desk.url("overview", event))


def sale(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    """Put a variant on sale, or hide it: POST `variant` and `wish` ("live" or "hidden")."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    typed = request.POST.get("variant", "")
    variant = get_object_or_404(event.variants, pk=typed if typed.isdecimal() else 0)
    if _has_ended(event, at=now()):
        messages.warning(request, _("Nothing of this event is on sale any more."))
        return redirect(desk.url("overview", event))
    verb = hide if request.POST.get("wish") == "hidden" else go_live
    try:
        verb(variant, actor=desk.actor(request), at=now())
    except NoPayoutMethod:
        messages.error(
            request,
            _("“%(variant)s” costs something: add a payout method first.")
            % {"variant": variant.name},
        )
    except (IllegalTransition, LostRace):
        messages.warning(
            request, _("“%(variant)s” has changed meanwhile.") % {"variant": variant.name}
        )
    return redirect(desk.url("overview", event))
