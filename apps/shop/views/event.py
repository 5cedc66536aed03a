from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from apps.accounts.permissions import may
from apps.accounts.roles import Capability
from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.offers import best, offers
from apps.shop.page_cache import kept_whole
from apps.shop.selectors import price_range
from apps.shop.structured_data import event_data
from apps.variants.refund_policy import policy_of, said_once


@require_safe
@kept_whole()
def event(request: HttpRequest, slug: str) -> HttpResponse:
    everywhere = Event.objects.select_related("venue", "organizer").with_fees()
    found = everywhere.public().filter(slug=slug).first()
    if found is not None:
        return _page(request, found)
    draft = everywhere.filter(slug=slug).first()
    if draft is None or not may(request.user, Capability.MANAGE_EVENTS, draft.organizer):
        raise Http404
    response = _page(request, draft)
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, event: Event) -> HttpResponse:
    at = now()
    offered = offers(event, at=at)
    on_sale = event.state == EventState.PUBLISHED and at < event.ends_at
    context = {
        "event": event,
        "offers": offered,
        "prices": price_range(offer.price.total for offer in offered),
        "policies": said_once(
            (
                (offer.variant.name, policy_of(offer.variant))
                for offer in offered
                if offer.variant.price_minor
            ),
            event.zone,
        ),
        "best": best(offered),
        "buyable": on_sale and any(offer.open for offer in offered),
        "on_sale": on_sale,
        "over": event.state == EventState.COMPLETED or at >= event.ends_at,
        "structured_data": event_data(event, offered),
    }
    return render(request, "shop/event.html", context)
