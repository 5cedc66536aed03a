"""Changing the quotas of a variant, also when tickets of it are sold and held."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from apps.inventory import rebind as inventory
from apps.inventory.models import Quota
from apps.inventory.rebind import Holding
from apps.orders.models import Order, OrderLine, Unit, UnitPlace
from apps.orders.states import UNPAID, OrderState
from apps.variants.models import Variant

PAID = (OrderState.PAID, OrderState.COMPLETED)


def rebind_variant(variant: Variant, quotas: Collection[Quota]) -> None:
    """
    Let a variant draw from exactly these quotas; everything sold and held moves along.

    :raises SoldOut: a new quota is too small, with the numbers; nothing was changed.
    """
    with transaction.atomic():
        inventory.lock_event(variant.event_id)
        losing = set(variant.draws.values_list("quota_id", flat=True)) - {q.pk for q in quotas}
        sold = _sold(variant)
        sold_holdings = [_sold_holding(order, units, losing) for order, units in sold]
        held_holdings = [_held_holding(line, losing) for line in _held(variant)]
        UnitPlace.objects.filter(unit__line__variant=variant, place__quota__in=losing).delete()
        gained = inventory.rebind(variant, quotas, sold_holdings + held_holdings)
        UnitPlace.objects.bulk_create(
            UnitPlace(unit=unit, place_id=place)
            for (_order, units), places_by_quota in zip(sold, gained, strict=False)
            for places in places_by_quota.values()
            for unit, place in zip(units, places, strict=True)
        )


def _sold(variant: Variant) -> list[tuple[Order, list[Unit]]]:
    units = (
        Unit.objects.filter(line__variant=variant, ended_at=None)
        .select_related("line__order")
        .order_by("line__order_id", "pk")
    )
    grouped: dict[Order, list[Unit]] = {}
    for unit in units:
        grouped.setdefault(unit.line.order, []).append(unit)
    return list(grouped.items())


def _held(variant: Variant) -> list[OrderLine]:
    return list(
        OrderLine.objects.filter(variant=variant, order__state__in=UNPAID)
        .select_related("order")
        .order_by("order_id")
    )


def _sold_holding(order: Order, units: list[Unit], losing: Collection[int]) -> Holding:
    places: dict[int, list[int]] = {}
    taken = UnitPlace.objects.filter(unit__in=units, place__quota__in=losing)
    for quota_id, place_id in taken.values_list("place__quota_id", "place_id"):
        places.setdefault(quota_id, []).append(place_id)
    return Holding(order.claim, len(units), None, places)


def _held_holding(line: OrderLine, losing: Collection[int]) -> Holding:
    mine = inventory.places_of(line.order.claim)
    places = {quota: mine.get(quota, [])[: line.quantity] for quota in losing}
    # A payment on its way keeps its places longer than pay_by.
    until = inventory.held_until(line.order.claim) or line.order.pay_by
    return Holding(line.order.claim, line.quantity, until, places)
