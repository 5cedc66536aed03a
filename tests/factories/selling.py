"""Organizers, venues, events and variants for stories. Defaults are the plain case: approved, on sale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from apps.accounts.fees import Band
from apps.accounts.models import FeeTerms, Membership, Organizer, PayoutMethod, User
from apps.accounts.roles import Role
from apps.accounts.services.fee_terms import NewTerms, agree
from apps.accounts.states import OrganizerState
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.models import Draw, Quota
from apps.inventory.resize import resize
from apps.seating.models import Venue
from apps.variants.models import Variant
from apps.variants.states import VariantState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = count(1)


def make_user(email: str = "", **fields: Any) -> User:
    return User.objects.create_user(email or f"user{next(_numbers)}@example.org", "pass", **fields)


def make_organizer(name: str = "Ensemble Lichtbogen", **fields: Any) -> Organizer:
    defaults: dict[str, Any] = {
        "slug": f"organizer-{next(_numbers)}",
        "email": "hello@lichtbogen.example",
        "state": OrganizerState.APPROVED,
        "imprint": "Ensemble Lichtbogen e. V., Hamburg",
        "terms": "Be kind.",
        "brand_colour": "#ff4d1a",
    }
    return Organizer.objects.create(name=name, **(defaults | fields))


def make_payable(organizer: Organizer, provider: str = "paypal") -> PayoutMethod:
    return PayoutMethod.objects.create(
        organizer=organizer, provider=provider, destination="MERCHANT12345", payable=True
    )


def make_fees(
    organizer: Organizer | None, *bands: Band, at: datetime = NOON, **fields: Any
) -> FeeTerms:
    """In force since then: fields may name a currency, and whether the provider's fee is passed on."""
    return agree(NewTerms(organizer, bands, starts_at=at, **fields), actor="user:1", at=at)


def make_member(organizer: Organizer, role: Role, **fields: Any) -> User:
    user = make_user(**fields)
    Membership.objects.create(organizer=organizer, user=user, role=role)
    return user


def make_venue(organizer: Organizer, **fields: Any) -> Venue:
    defaults = {"name": "Trockendock", "street": "Norderwerft 1", "city": "Hamburg"}
    return Venue.objects.create(organizer=organizer, **(defaults | fields))


def make_event(organizer: Organizer, *, at: datetime = NOON, **fields: Any) -> Event:
    """Published, doors in ten days, for three hours."""
    starts_at = fields.get("starts_at", at + timedelta(days=10))
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "title": "Zwölf Celli im Trockendock",
        "slug": f"event-{number}",
        "state": EventState.PUBLISHED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
    }
    venue = fields.pop("venue", None) or make_venue(organizer)
    return Event.objects.create(organizer=organizer, venue=venue, **(defaults | fields))


def make_variant(event: Event, name: str = "Parkett", **fields: Any) -> Variant:
    defaults: dict[str, Any] = {"price_minor": 3800, "state": VariantState.LIVE}
    return Variant.objects.create(event=event, name=name, **(defaults | fields))


def make_quota(event: Event, capacity: int, *variants: Variant, name: str = "Hall") -> Quota:
    quota = Quota.objects.create(event=event, name=name)
    Draw.objects.bulk_create(Draw(quota=quota, variant=variant) for variant in variants)
    resize(quota, capacity)
    return quota
