from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, now
from ninja import Router

from apps.accounts.fees import Terms
from apps.api import problems
from apps.api.caller import caller_of
from apps.api.v1.schemas import (
    Amount,
    AvailabilityOut,
    EventOut,
    EventPage,
    VariantOut,
    VenueOut,
)
from apps.events.fees import terms_of
from apps.events.models import Event, EventQuerySet
from apps.inventory.availability import availability
from apps.variants.models import Variant
from apps.variants.pricing import price_of
from apps.variants.sale import Sale, sale_of

PAGE = 50

router = Router(tags=["events"])


@router.get("", response=EventPage)
def list_events(request: HttpRequest, q: str = "", after: str = "") -> EventPage:
    """Upcoming events, soonest first."""
    caller_of(request)
    events = Event.objects.public().upcoming(at=now()).soonest_first()
    if q:
        events = events.filter(
            Q(title__unaccent__icontains=q)
            | Q(venue__city__unaccent__icontains=q)
            | Q(organizer__name__unaccent__icontains=q)
        )
    if after:
        events = _after(events, after)
    found = list(events.select_related("venue", "organizer")[: PAGE + 1])
    more = len(found) > PAGE
    cursor = f"{found[PAGE - 1].starts_at.isoformat()}~{found[PAGE - 1].pk}" if more else None
    return EventPage(items=[event_out(event) for event in found[:PAGE]], next=cursor)


def _after(events: EventQuerySet, cursor: str) -> EventQuerySet:
    when, _, pk = cursor.rpartition("~")
    try:
        starts_at = parse_datetime(when)
    except ValueError:  # it looks like a time and is none
        starts_at = None
    is_id = pk.isascii() and pk.isdecimal() and len(pk) < 19
    if starts_at is None or is_naive(starts_at) or not is_id:
        raise problems.Problem(422, "invalid", "`after` is not a cursor of this list.")
    return events.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=int(pk)))


@router.get("/{slug}", response=EventOut)
def get_event(request: HttpRequest, slug: str) -> EventOut:
    caller_of(request)
    return event_out(public_event(slug))


@router.get("/{slug}/variants", response=list[VariantOut])
def list_variants(request: HttpRequest, slug: str) -> list[VariantOut]:
    caller_of(request)
    event = public_event(slug)
    at = now()
    terms = terms_of(event, at=at)
    return [_variant_out(variant, event, terms, at=at) for variant in event.variants.shown()]


@router.get("/{slug}/availability", response=list[AvailabilityOut])
def get_availability(request: HttpRequest, slug: str) -> list[AvailabilityOut]:
    """For showing; about a second old. Placing an order is what decides."""
    caller_of(request)
    event = public_event(slug)
    left = availability(event.pk)
    return [
        AvailabilityOut(variant=variant.pk, left=left.of(variant.pk))
        for variant in event.variants.shown()
    ]


def public_event(slug: str) -> Event:
    events = Event.objects.public().select_related("venue", "organizer").with_fees()
    event = events.filter(slug=slug).first()
    if event is None:
        raise problems.not_found("event")
    return event


def event_out(event: Event) -> EventOut:
    venue = event.venue
    return EventOut(
        slug=event.slug,
        title=event.title,
        summary=event.summary,
        organizer=event.organizer.slug,
        status=event.state,
        venue=VenueOut(
            name=venue.name,
            street=venue.street,
            postcode=venue.postcode,
            city=venue.city,
            country=venue.country,
        ),
        timezone=event.timezone,
        doors_at=event.doors_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        url=settings.PUBLIC_URL + reverse("shop:event", args=[event.slug]),
    )


def _variant_out(variant: Variant, event: Event, terms: Terms, *, at: datetime) -> VariantOut:
    variant.event = event
    price = price_of(variant, terms=terms)
    return VariantOut(
        id=variant.pk,
        name=variant.name,
        description=variant.description,
        price=Amount(amount_minor=price.total.minor, currency=event.currency),
        buyer_fee=Amount(amount_minor=price.buyer_fee.minor, currency=event.currency),
        tax_rate=variant.tax_rate,
        status=variant.state,
        on_sale=sale_of(variant, at=at) == Sale.ON_SALE,
        sales_from=variant.sales_from,
        sales_until=variant.sales_until,
        min_per_order=variant.min_per_order,
        max_per_order=variant.max_per_order,
        access_level=variant.access_level,
        members_only=variant.members_only,
    )
