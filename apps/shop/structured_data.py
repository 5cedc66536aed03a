"""What search engines read of an event: schema.org/Event as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from apps.events.models import Event
from apps.events.states import EventState
from apps.orders.offers import Level, Offer

_SCHEMA = "https://schema.org/"
_IN_A_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_STOCK = {
    Level.FULL: "InStock",
    Level.SOME: "InStock",
    Level.FEW: "LimitedAvailability",
    Level.NONE: "SoldOut",
    Level.LATER: "PreOrder",
}


def event_data(event: Event, offers: Sequence[Offer]) -> SafeString:
    """Safe inside a script element; the browser does not run it, so the CSP leaves it alone."""
    text = json.dumps(_event(event, offers), ensure_ascii=False)
    return mark_safe(text.translate(_IN_A_SCRIPT))  # noqa: S308 - escaped above


def _event(event: Event, offers: Sequence[Offer]) -> dict[str, Any]:
    url = settings.PUBLIC_URL + reverse("shop:event", args=[event.slug])
    called_off = event.state == EventState.CANCELLED
    data: dict[str, Any] = {
        "@context": _SCHEMA.rstrip("/"),
        "@type": "Event",
        "name": event.title,
        "url": url,
        "startDate": event.starts_at.astimezone(event.zone).isoformat(),
        "endDate": event.ends_at.astimezone(event.zone).isoformat(),
        "eventStatus": _SCHEMA + ("EventCancelled" if called_off else "EventScheduled"),
        "eventAttendanceMode": _SCHEMA + "OfflineEventAttendanceMode",
        "inLanguage": event.language,
        "location": _place(event),
        "organizer": {
            "@type": "Organization",
            "name": event.organizer.name,
            "url": settings.PUBLIC_URL + reverse("shop:organizer", args=[event.organizer.slug]),
        },
        "offers": [_offer(offer, url) for offer in offers],
    }
    if event.doors_at:
        data["doorTime"] = event.doors_at.astimezone(event.zone).isoformat()
    if event.summary:
        data["description"] = event.summary
    if event.poster:
        data["image"] = [urljoin(settings.PUBLIC_URL, event.poster.url)]
    return data


def _place(event: Event) -> dict[str, Any]:
    venue = event.venue
    return {
        "@type": "Place",
        "name": venue.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": venue.street,
            "postalCode": venue.postcode,
            "addressLocality": venue.city,
            "addressCountry": venue.country,
        },
    }


def _offer(offer: Offer, url: str) -> dict[str, Any]:
    price = offer.price.total
    data = {
        "@type": "Offer",
        "name": offer.variant.name,
        "price": price.plain(),
        "priceCurrency": price.currency,
        "availability": _SCHEMA + _STOCK[offer.level],
        "url": url,
    }
    if offer.variant.sales_from:
        data["validFrom"] = offer.variant.sales_from.isoformat()
    return data
