"""A whole guest list: everybody gets their tickets, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.events.models import Event
from apps.inventory.claims import SoldOut
from apps.inventory.models import Quota
from apps.orders.models import Order
from apps.orders.services.complimentary import Guest, Once, give_tickets
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class Listed:
    guest: Guest
    tickets: int


class ListTooLong(Exception):
    """A quota has fewer places left than the list takes; nothing was given."""

    def __init__(self, quota: Quota, *, wanted: int, left: int) -> None:
        super().__init__(f"{quota}: {wanted} wanted, {left} left")
        self.quota, self.wanted, self.left = quota, wanted, left


def give_list(
    variant: Variant, guests: Sequence[Listed], *, key: str, actor: str, at: datetime
) -> list[Order]:
    """
    In one transaction. The same key again gives nothing more, also while the first is at work.

    variant: with its event and organizer.
    :raises ListTooLong, VeryBusy: nothing was given.
    """
    scope = f"guests:{variant.event_id}"
    if before := _given(scope, key):
        return before
    try:
        with transaction.atomic():
            return _give(variant, guests, Once(scope, key), actor=actor, at=at)
    except IntegrityError:  # it waited for the other one, which has given them
        if before := _given(scope, key):
            return before
        raise


def _give(
    variant: Variant, guests: Sequence[Listed], once: Once, *, actor: str, at: datetime
) -> list[Order]:
    event: Event = variant.event
    orders: list[Order] = []
    taken = 0
    for number, listed in enumerate(guests):
        numbered = Once(once.scope, f"{once.key}:{number}")
        heads = {variant: listed.tickets}
        try:
            order = give_tickets(event, heads, listed.guest, once=numbered, actor=actor, at=at)
        except SoldOut as short:
            wanted = sum(one.tickets for one in guests)
            raise ListTooLong(short.quota, wanted=wanted, left=short.left + taken) from short
        orders.append(order)
        taken += listed.tickets
    return orders


def _given(scope: str, key: str) -> list[Order]:
    made = Order.objects.filter(idempotency_scope=scope, idempotency_key__startswith=f"{key}:")
    return list(made.order_by("pk"))
