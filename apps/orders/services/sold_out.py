"""Variants become sold out by themselves, and live again when a place comes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import LostRace, move
from apps.events.models import Event
from apps.events.services.touch import touch
from apps.events.states import EventState
from apps.inventory.availability import sold_out_quotas
from apps.variants.models import Variant
from apps.variants.states import VariantState


def refresh_sold_out(event: Event, *, at: datetime) -> int:
    """How many variants changed. Held places are not sold: they may come back."""
    if event.state == EventState.CANCELLED:
        return 0  # nobody buys any more, and each order that is given back would ask
    sold_out = sold_out_quotas(event.pk)
    changed = 0
    variants = Variant.objects.filter(
        event=event, state__in=[VariantState.LIVE, VariantState.SOLD_OUT]
    ).prefetch_related("draws")
    for variant in variants:
        gone = any(draw.quota_id in sold_out for draw in variant.draws.all())
        state = VariantState.SOLD_OUT if gone else VariantState.LIVE
        if variant.state != state:
            changed += _move(variant, state, at=at)
    if changed:
        touch(event.pk)
    return changed


def refresh_published(*, at: datetime) -> int:
    """Every event on sale: what a lost message left behind."""
    on_sale = Event.objects.filter(state=EventState.PUBLISHED, ends_at__gt=at)
    return sum(refresh_sold_out(event, at=at) for event in on_sale.iterator(chunk_size=200))


def _move(variant: Variant, state: VariantState, *, at: datetime) -> int:
    try:
        with transaction.atomic():
            move(variant, state, actor="system", at=at)
    except LostRace:
        return 0
    return 1
