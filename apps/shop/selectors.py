"""What the public pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.events.fees import terms_of
from apps.events.models import Event, EventQuerySet
from apps.orders.offers import Level
from apps.variants.models import Variant
from apps.variants.pricing import price_of
from apps.variants.states import VariantState

CITIES_MAX = 8
WORDS_MAX = 6


@dataclass(frozen=True, slots=True)
class Card:
    """An event in a list. lowest: None when nothing is on offer."""

    event: Event
    lowest: Money | None
    one_price: bool
    level: Level
    word: str


@dataclass(frozen=True, slots=True)
class Month:
    cards: Sequence[Card]

    @property
    def first(self) -> Event:
        return self.cards[0].event


def upcoming(*, at: datetime, search: str = "", city: str = "") -> EventQuerySet:
    events = Event.objects.public().upcoming(at=at).soonest_first()
    for word in search.split()[:WORDS_MAX]:
        events = events.filter(
            Q(title__unaccent__icontains=word)
            | Q(summary__unaccent__icontains=word)
            | Q(venue__name__unaccent__icontains=word)
            | Q(venue__city__unaccent__icontains=word)
            | Q(organizer__name__unaccent__icontains=word)
        )
    if city:
        events = events.filter(venue__city=city)
    return events.select_related("venue", "organizer").with_fees()


def cities(*, at: datetime) -> list[str]:
    """Where most is on, most first."""
    rows = (
        Event.objects.public()
        .upcoming(at=at)
        .order_by()
        .values("venue__city")
        .annotate(events=Count("id"))
        .order_by("-events", "venue__city")[:CITIES_MAX]
    )
    return [row["venue__city"] for row in rows]


def cards(events: Iterable[Event], *, at: datetime) -> list[Card]:
    """One query more, for all events that were read `with_fees`."""
    shown = {event.pk: event for event in events}
    offered: dict[int, list[Variant]] = {pk: [] for pk in shown}
    for variant in Variant.objects.shown().filter(event__in=shown):
        variant.event = shown[variant.event_id]
        offered[variant.event_id].append(variant)
    return [_card(event, offered[pk], at=at) for pk, event in shown.items()]


def by_month(cards: Iterable[Card]) -> list[Month]:
    months: dict[tuple[int, int], list[Card]] = {}
    for card in cards:
        local = card.event.starts_at.astimezone(card.event.zone)
        months.setdefault((local.year, local.month), []).append(card)
    return [Month(together) for together in months.values()]


def price_range(prices: Iterable[Money]) -> tuple[Money, Money] | None:
    found = sorted(prices, key=lambda price: price.minor)
    return (found[0], found[-1]) if found else None


def _card(event: Event, variants: Sequence[Variant], *, at: datetime) -> Card:
    terms = terms_of(event, at=at)
    prices = price_range(price_of(variant, terms=terms).total for variant in variants)
    level, word = _word(variants, at=at)
    return Card(
        event=event,
        lowest=prices[0] if prices else None,
        one_price=prices is not None and prices[0] == prices[1],
        level=level,
        word=word,
    )


def _word(variants: Sequence[Variant], *, at: datetime) -> tuple[Level, str]:
    """Without counting places: a list must not ask the stock of every event."""
    on_sale = [v for v in variants if not v.opens_later(at=at) and not v.closed(at=at)]
    if any(variant.state == VariantState.LIVE for variant in on_sale):
        return Level.FULL, _("Available")
    if any(variant.opens_later(at=at) for variant in variants):
        return Level.LATER, _("On sale soon")
    if on_sale:
        return Level.NONE, _("Sold out")
    return Level.NONE, _("Not on sale")
