"""The guest list: tickets that nobody pays for, from the same places as everybody's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction

from apps.core.references import new_reference
from apps.events.models import Event
from apps.inventory.claims import VeryBusy, others_were_quicker
from apps.orders.models import Order, OrderLine
from apps.orders.services import places
from apps.orders.services.confirm import confirm
from apps.orders.states import Channel
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class Guest:
    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Once:
    """What the database takes one order for."""

    scope: str
    key: str


ANY_TIMES = Once("", "")


def give_tickets(
    event: Event,
    heads: Mapping[Variant, int],
    guest: Guest,
    *,
    once: Once = ANY_TIMES,
    actor: str,
    at: datetime,
) -> Order:
    """
    A paid order of nothing, confirmed and mailed like any other; a guest without an address is found at
    the door by name.

    :raises SoldOut, VeryBusy: nothing was given.
    :raises IntegrityError: there is an order for `once`.
    """
    wanted = {variant: count for variant, count in heads.items() if count > 0}
    if not wanted:
        raise ValueError("no tickets to give")
    order = _draft(event, guest, once, at=at)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
            OrderLine.objects.bulk_create(_lines(order, wanted))
            places.claim_free_of_charge(order)
            confirm(order, None, actor=actor, at=at)
    except OperationalError as trouble:
        if others_were_quicker(trouble):
            raise VeryBusy from trouble
        raise
    return order


def _draft(event: Event, guest: Guest, once: Once, *, at: datetime) -> Order:
    return Order(
        reference=new_reference(8),
        event=event,
        organizer=event.organizer,
        channel=Channel.GUEST_LIST,
        buyer=f"guest:{uuid.uuid4()}",
        email=guest.email.strip().lower(),
        name=guest.name.strip(),
        language=guest.language,
        currency=event.currency,
        total_minor=0,
        pay_by=at,
        created_at=at,
        idempotency_scope=once.scope,
        idempotency_key=once.key,
    )


def _lines(order: Order, wanted: Mapping[Variant, int]) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            variant=variant,
            name=variant.name,
            quantity=count,
            unit_price_minor=0,
            total_minor=0,
            tax_rate=variant.tax_rate,
            tax_minor=0,
            fee_minor=0,
        )
        for variant, count in wanted.items()
    ]
