"""The first page of each site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.console import pictures
from apps.console.access import Access
from apps.console.selectors import platform as desk_of_operators
from apps.console.selectors.desk import upcoming, waiting
from apps.console.selectors.money import books_of
from apps.console.selectors.platform import Task
from apps.console.selectors.sales import sales_together
from apps.orders.models import Order
from apps.orders.states import OrderState

RECENT = 8
HOME = ZoneInfo("Europe/Berlin")


def organizer(request: HttpRequest, access: Access) -> Mapping[str, Any]:
    """`?organizer=3` narrows it to one."""
    at = now()
    door = _chosen(request, access.organizers(Capability.SCAN))
    context: dict[str, Any] = {
        "at": at,
        "organizers": list(access.organizers(Capability.SCAN)),
        "chosen": door[0] if len(door) == 1 else None,
        "upcoming": upcoming([o.pk for o in door], at=at),
    }
    if selling := _chosen(request, access.organizers(Capability.SEE_ORDERS)):
        context |= _sales(selling, at=at)
        context["waiting"] = waiting(selling, at=at)
    if earning := _chosen(request, access.organizers(Capability.MANAGE_PAYOUTS)):
        context["books"] = books_of([o.pk for o in earning])
    return context


def platform(site_name: str) -> Mapping[str, Any]:
    at = now()
    return {
        "tasks": as_links(desk_of_operators.tasks(at=at), site_name),
        "day": desk_of_operators.day(at=at),
        "platform_books": desk_of_operators.books(),
        "audit": desk_of_operators.last_audit(),
    }


def as_links(tasks: Iterable[Task], site_name: str) -> list[dict[str, Any]]:
    return [
        {
            "title": task.title,
            "count": task.count,
            "url": f"{reverse(f'{site_name}:{task.label}_changelist')}?{task.query}",
        }
        for task in tasks
    ]


def _sales(organizers: list[Organizer], *, at: Any) -> dict[str, Any]:
    events = [u.event for u in upcoming([o.pk for o in organizers], at=at)]
    zone = events[0].zone if events else HOME
    sales = sales_together(events, at=at, zone=zone)
    wide, narrow = {"width": 860, "height": 300}, {"width": 360, "height": 240}
    return {
        "sales": sales,
        "curve": pictures.curve(sales, at=at, zone=zone, **wide),
        "narrow_curve": pictures.curve(sales, at=at, zone=zone, **narrow),
        "recent": Order.objects.filter(organizer__in=organizers)
        .exclude(state__in=[OrderState.OPEN, OrderState.EXPIRED])
        .select_related("event")
        .prefetch_related("lines")
        .order_by("-created_at")[:RECENT],
    }


def _chosen(request: HttpRequest, mine: Any) -> list[Organizer]:
    typed = request.GET.get("organizer", "")
    return list(mine.filter(pk=typed) if typed.isdecimal() else mine)
